// Discovery that probes: the winner, its successors, and the usual names.
#include "discovery_conversation.h"

namespace gatepost::discovery {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

class Probing : public Conversation {
  protected:
    Probing() { probing = true; }

    void is_up(const std::string& server, Capabilities capabilities = {"IMAP4REV1"}) {
        prober.servers.answer(server, std::move(capabilities));
        settle();
    }

    void is_down(const std::string& server) {
        prober.servers.answer(
            server, problem(ProblemKind::cannot_connect, server + " refused the connection.")
                        .with("reason", "refused"));
        settle();
    }

    void has_bad_certificate(const std::string& server) {
        prober.servers.answer(
            server,
            problem(ProblemKind::tls_failed, "It is for other names.").with("reason", "hostname"));
        settle();
    }

    // But for the usual ports of imap.example.com.
    void guess_finds_nothing_else() {
        for (const char* server : {"imap.example.com:143", "mail.example.com:993",
                                   "mail.example.com:143", "example.com:993", "example.com:143"})
            is_down(server);
    }
};

TEST_F(Probing, WinnersServerTellsTheWaysToSignIn) {
    ask("alice@example.com");
    answer_file(own_url, "imap.hoster.net");
    EXPECT_FALSE(report);
    EXPECT_THAT(prober.servers.asked, Contains("imap.hoster.net:993"));
    is_up("imap.hoster.net:993", {"IMAP4REV1", "AUTH=PLAIN", "AUTH=XOAUTH2"});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->probe->outcome, Outcome::found);
    EXPECT_THAT(report->settings.auth, ElementsAre(AuthMethod::password, AuthMethod::xoauth2));
    EXPECT_TRUE(report->proven);
}

TEST_F(Probing, OtherSourcesGoOnUntilTheWinnerHasAnswered) {
    ask("alice@example.com");
    answer_file(own_url, "imap.hoster.net");
    answer_srv("_imap", {});
    answer_srv("_imaps", {{0, 1, 993, "imap2.example.com"}});
    has_bad_certificate("imap.hoster.net:993");
    EXPECT_FALSE(report);
    is_up("imap2.example.com:993");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "imap2.example.com");
    EXPECT_TRUE(report->proven);
    ASSERT_EQ(report->alternatives.size(), 1U);
    EXPECT_EQ(report->alternatives[0].settings.host, "imap.hoster.net");
    EXPECT_THAT(evidence(SourceKind::autoconfig).detail, HasSubstr("It is for other names."));
}

TEST_F(Probing, IsBegunBeforeBetterSourcesHaveSaidThatTheyKnowNothing) {
    ask("alice@example.com");
    answer_srv("_imap", {});
    answer_srv("_imaps", {{0, 1, 993, "imap2.example.com"}});
    is_up("imap2.example.com:993", {"IMAP4REV1", "AUTH=PLAIN", "AUTH=XOAUTH2"});
    EXPECT_FALSE(report);
    answer_no_autoconfig();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "imap2.example.com");
    EXPECT_THAT(report->settings.auth, ElementsAre(AuthMethod::password, AuthMethod::xoauth2));
    EXPECT_THAT(prober.servers.asked, Contains("imap2.example.com:993").Times(1));
}

TEST_F(Probing, AheadOfTimeIsOfOneServerAndCountsForItAlone) {
    leave_open(ispdb_url);
    ask("alice@example.com");
    answer_file(ispdb_url, "imap.hoster.net");
    EXPECT_THAT(prober.servers.asked, Contains("imap.hoster.net:993"));
    answer_srv("_imap", {});
    answer_srv("_imaps", {{0, 1, 993, "imap2.example.com"}});
    EXPECT_THAT(prober.servers.asked, Not(Contains("imap2.example.com:993")));
    is_down("imap.hoster.net:993");
    answer_file(own_url, "imap3.example.com");
    EXPECT_FALSE(report);
    is_up("imap3.example.com:993");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "imap3.example.com");
    EXPECT_EQ(report->probe->outcome, Outcome::found);
}

TEST_F(Probing, ProvenServerThatIsDownStaysWhenNothingProvenAnswers) {
    ask("alice@example.com");
    answer_file(own_url, "imap.hoster.net");
    answer_srv("_imap", {});
    answer_srv("_imaps", {{0, 1, 993, "imap.attacker.net"}});
    answer_mx({});
    is_down("imap.example.com:993");
    guess_finds_nothing_else();
    EXPECT_FALSE(report);
    is_down("imap.hoster.net:993");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "imap.hoster.net");
    EXPECT_EQ(report->probe->outcome, Outcome::failed);
    EXPECT_THAT(report->probe->detail, HasSubstr("refused"));
    EXPECT_THAT(prober.servers.asked, Not(Contains("imap.attacker.net:993")));
}

TEST_F(Probing, KnownProviderIsNotProbed) {
    ask("alice@gmail.com");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->probe->outcome, Outcome::skipped);
    EXPECT_THAT(prober.servers.asked, IsEmpty());
}

TEST_F(Probing, ServerOfAKnownProviderIsNotProbedThoughAnotherSourceNamesIt) {
    answer_mx({{1, "aspmx.l.google.com"}});
    ask("alice@example.com");
    answer_no_autoconfig();
    answer_no_srv();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "imap.gmail.com");
    EXPECT_EQ(report->probe->outcome, Outcome::skipped);
    EXPECT_THAT(prober.servers.asked, Not(Contains("imap.gmail.com:993")));
}

TEST_F(Probing, DeadlineCutsAProbeShortAndTheWinnerStays) {
    DiscoveryOptions options;
    options.deadline = std::chrono::milliseconds(20);
    answer_file(own_url, "imap.hoster.net");
    ask("alice@example.com", options);
    context.restart();
    context.run();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "imap.hoster.net");
    EXPECT_EQ(report->probe->outcome, Outcome::timed_out);
    EXPECT_THAT(prober.servers.cancelled, Contains("imap.hoster.net:993"));
}

TEST_F(Probing, HostThatIsNamedWithoutTlsIsAskedForTls) {
    ask("alice@example.com");
    std::string plain = file("imap.hoster.net");
    plain.replace(plain.find("SSL"), 3, "plain");
    answer_not_found(own_url);
    answer_page(well_known_url, {200, "text/xml", plain, well_known_url, true, {}});
    EXPECT_THAT(prober.servers.asked, Contains("imap.hoster.net:993"));
    EXPECT_THAT(prober.servers.asked, Contains("imap.hoster.net:143"));
    is_down("imap.hoster.net:993");
    is_up("imap.hoster.net:143");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "imap.hoster.net");
    EXPECT_EQ(report->settings.security, Security::starttls);
    EXPECT_TRUE(report->proven);
    EXPECT_EQ(evidence(SourceKind::autoconfig).outcome, Outcome::found);
}

TEST_F(Probing, HostThatTheDatabaseNamesWithoutTlsIsAskedForTlsToo) {
    leave_open(ispdb_url);
    ask("alice@example.com");
    answer_no_autoconfig();
    answer_no_srv();
    std::string plain = file("imap.hoster.net");
    plain.replace(plain.find("SSL"), 3, "plain");
    answer_page(ispdb_url, {200, "text/xml", plain, ispdb_url, true, {}});
    is_up("imap.hoster.net:993");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->source, SourceKind::ispdb);
    EXPECT_EQ(report->settings.host, "imap.hoster.net");
    EXPECT_TRUE(report->proven);
}

TEST_F(Probing, HostThatTheMxHostsDomainNamesWithoutTlsIsAskedForTlsAndStaysUnproven) {
    ask("alice@example.com");
    answer_no_autoconfig();
    answer_no_srv();
    answer_mx({{1, "mx.hoster.net"}});
    std::string plain = file("imap.hoster.net");
    plain.replace(plain.find("SSL"), 3, "plain");
    for (const std::string& url : std::vector<std::string>(https.pages.asked)) {
        if (url.find("hoster.net") == std::string::npos) continue;
        answer_page(url, {200, "text/xml", plain, url, true, {}});
    }
    is_up("imap.hoster.net:993");
    is_down("imap.example.com:993");
    guess_finds_nothing_else();
    is_down("mx.hoster.net:993");
    is_down("mx.hoster.net:143");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->source, SourceKind::mx);
    EXPECT_EQ(report->settings.host, "imap.hoster.net");
    EXPECT_FALSE(report->proven);
}

TEST_F(Probing, HostThatIsNamedWithoutTlsAndHasNoneIsNothing) {
    ask("alice@example.com");
    std::string plain = file("imap.hoster.net");
    plain.replace(plain.find("SSL"), 3, "plain");
    answer_not_found(own_url);
    answer_page(well_known_url, {200, "text/xml", plain, well_known_url, true, {}});
    answer_no_srv();
    answer_mx({});
    for (const char* server :
         {"imap.hoster.net:993", "imap.hoster.net:143", "imap.example.com:993"})
        is_down(server);
    guess_finds_nothing_else();
    ASSERT_TRUE(report);
    EXPECT_FALSE(report->found);
    EXPECT_THAT(report->alternatives, IsEmpty());
    EXPECT_THAT(evidence(SourceKind::autoconfig).detail, HasSubstr("offers no TLS"));
}

TEST_F(Probing, HostThatAStrangersFileNamesWithoutTlsStaysUnproven) {
    ask("alice@example.com");
    std::string plain = file("imap.attacker.net");
    plain.replace(plain.find("SSL"), 3, "plain");
    answer_not_found(own_url);
    answer_page(well_known_url,
                {200, "text/xml", plain, "https://attacker.net/mail.xml", true, {}});
    answer_no_srv();
    answer_mx({});
    is_up("imap.attacker.net:993");
    is_down("imap.example.com:993");
    guess_finds_nothing_else();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "imap.attacker.net");
    EXPECT_FALSE(report->proven);
}

TEST_F(Probing, ServerThatOffersNoKnownWayToSignInTakesNoPassword) {
    ask("alice@example.com");
    answer_file(own_url, "imap.hoster.net");
    is_up("imap.hoster.net:993", {"IMAP4REV1", "LOGINDISABLED", "AUTH=GSSAPI"});
    ASSERT_TRUE(report);
    EXPECT_THAT(report->settings.auth, IsEmpty());
    EXPECT_EQ(report->probe->outcome, Outcome::found);
    EXPECT_THAT(report->probe->detail, HasSubstr("no way to sign in"));
    EXPECT_THAT(evidence(SourceKind::autoconfig).detail, HasSubstr("no way to sign in"));
}

TEST_F(Probing, ServersAreAskedOneAfterTheOtherAndEachOnce) {
    ask("alice@example.com");
    answer_no_autoconfig();
    answer_mx({});
    answer_srv("_imap", {});
    answer_srv(
        "_imaps",
        {{1, 1, 993, "a.example.com"}, {2, 1, 993, "b.example.com"}, {3, 1, 993, "a.example.com"}});
    EXPECT_THAT(prober.servers.asked, Not(Contains("b.example.com:993")));
    is_down("a.example.com:993");
    EXPECT_THAT(prober.servers.asked, Contains("b.example.com:993"));
    EXPECT_FALSE(report);
    is_down("b.example.com:993");
    is_down("imap.example.com:993");
    guess_finds_nothing_else();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "a.example.com");
    EXPECT_THAT(prober.servers.asked, Contains("a.example.com:993").Times(1));
}

TEST_F(Probing, ServerThatTheGuessHasAskedIsNotAskedAgain) {
    ask("alice@example.com");
    is_up("imap.example.com:993", {"IMAP4REV1", "AUTH=PLAIN", "AUTH=XOAUTH2"});
    answer_file(own_url, "imap.example.com");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->source, SourceKind::autoconfig);
    EXPECT_EQ(report->probe->outcome, Outcome::found);
    EXPECT_THAT(report->settings.auth, ElementsAre(AuthMethod::password, AuthMethod::xoauth2));
    EXPECT_THAT(prober.servers.asked, Contains("imap.example.com:993").Times(1));
}

TEST_F(Probing, ServerThatTheGuessIsAskingIsNotAskedAgain) {
    ask("alice@example.com");
    answer_file(own_url, "mail.example.com");
    EXPECT_FALSE(report);
    is_up("mail.example.com:993", {"IMAP4REV1", "AUTH=PLAIN", "AUTH=XOAUTH2"});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->source, SourceKind::autoconfig);
    EXPECT_THAT(report->settings.auth, ElementsAre(AuthMethod::password, AuthMethod::xoauth2));
    EXPECT_THAT(prober.servers.asked, Contains("mail.example.com:993").Times(1));
}

TEST_F(Probing, ServerThatTheGuessHasAskedForItselfIsNotAskedAgainWhileItGoesOn) {
    ask("alice@example.com");
    is_down("mail.example.com:993");
    answer_file(own_url, "mail.example.com");
    is_up("mail.example.com:143");
    answer_no_srv();
    answer_mx({});
    is_down("imap.example.com:993");
    is_down("imap.example.com:143");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.port, 143);
    EXPECT_THAT(prober.servers.asked, Contains("mail.example.com:993").Times(1));
}

TEST_F(Probing, ServerIsAskedAgainWhenTheGuessHasGivenItUp) {
    ask("alice@example.com");
    answer_file(own_url, "mail.example.com");
    is_up("imap.example.com:993");
    EXPECT_FALSE(report);
    EXPECT_THAT(prober.servers.cancelled, Contains("mail.example.com:993"));
    is_up("mail.example.com:993");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "mail.example.com");
    EXPECT_EQ(report->probe->outcome, Outcome::found);
    EXPECT_THAT(prober.servers.asked, Contains("mail.example.com:993").Times(2));
}

TEST_F(Probing, CancellingTheCallerCancelsTheProbes) {
    ask("alice@example.com");
    answer_file(own_url, "imap.hoster.net");
    cancel.emit(asio::cancellation_type::all);
    settle();
    EXPECT_TRUE(ended);
    EXPECT_THAT(prober.servers.cancelled, Contains("imap.hoster.net:993"));
    EXPECT_THAT(prober.servers.cancelled, Contains("imap.example.com:143"));
}

TEST_F(Probing, ThatIsSwitchedOffConnectsToNobody) {
    probing = false;
    ask("alice@example.com");
    std::string plain = file("imap.hoster.net");
    plain.replace(plain.find("SSL"), 3, "plain");
    answer_not_found(own_url);
    answer_page(well_known_url, {200, "text/xml", plain, well_known_url, true, {}});
    answer_srv("_imap", {});
    answer_srv("_imaps", {{0, 1, 993, "imap.example.com"}});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "imap.example.com");
    EXPECT_FALSE(report->probe);
    EXPECT_THAT(prober.servers.asked, IsEmpty());
}

class Guess : public Probing {
  protected:
    void ask_where_nobody_knows(std::vector<net::MxRecord> mx = {}) {
        ask("alice@example.com");
        answer_no_autoconfig();
        answer_no_srv();
        answer_mx(std::move(mx));
    }
};

TEST_F(Guess, AsksTheUsualNamesAtOnce) {
    ask("alice@example.com");
    EXPECT_THAT(
        prober.servers.asked,
        UnorderedElementsAre("imap.example.com:993", "imap.example.com:143", "mail.example.com:993",
                             "mail.example.com:143", "example.com:993", "example.com:143"));
}

TEST_F(Guess, FirstNameThatAnswersWinsAndIsProven) {
    ask_where_nobody_knows();
    is_up("mail.example.com:993", {"IMAP4REV1", "AUTH=PLAIN", "AUTH=OAUTHBEARER"});
    is_down("imap.example.com:993");
    EXPECT_FALSE(report);
    is_down("imap.example.com:143");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "mail.example.com");
    EXPECT_TRUE(report->proven);
    EXPECT_THAT(report->settings.auth, ElementsAre(AuthMethod::password, AuthMethod::oauthbearer));
    EXPECT_EQ(report->probe->outcome, Outcome::found);
}

TEST_F(Guess, NameUnderABadCertificateIsNothing) {
    ask_where_nobody_knows();
    has_bad_certificate("imap.example.com:993");
    guess_finds_nothing_else();
    ASSERT_TRUE(report);
    EXPECT_FALSE(report->found);
    EXPECT_THAT(evidence(SourceKind::guess).detail, HasSubstr("It is for other names."));
}

TEST_F(Guess, MxHostOutsideTheDomainIsFoundButNotProven) {
    ask_where_nobody_knows({{10, "mx.hoster.net"}});
    for (const std::string& url : std::vector<std::string>(https.pages.asked)) {
        if (url.find("hoster.net") != std::string::npos) answer_not_found(url);
    }
    is_down("imap.example.com:993");
    guess_finds_nothing_else();
    is_down("mx.hoster.net:143");
    is_up("mx.hoster.net:993");
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->found);
    EXPECT_EQ(report->settings.host, "mx.hoster.net");
    EXPECT_FALSE(report->proven);
}

TEST_F(Guess, TriesTheUsualNamesInTheirOrderWhateverAnswersFirst) {
    ask_where_nobody_knows();
    is_up("example.com:993");
    is_up("mail.example.com:143");
    is_down("mail.example.com:993");
    EXPECT_FALSE(report);
    is_down("imap.example.com:143");
    is_down("imap.example.com:993");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "mail.example.com");
    EXPECT_EQ(report->settings.security, Security::starttls);
}

TEST_F(Guess, PrefersTlsFromTheStart) {
    ask_where_nobody_knows();
    is_up("imap.example.com:143");
    EXPECT_FALSE(report);
    is_up("imap.example.com:993");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.port, 993);
    EXPECT_EQ(report->settings.security, Security::tls);
}

TEST_F(Guess, ServerThatOffersNoWayToSignInIsNothing) {
    ask_where_nobody_knows();
    is_up("imap.example.com:993", {"IMAP4REV1", "LOGINDISABLED"});
    guess_finds_nothing_else();
    ASSERT_TRUE(report);
    EXPECT_FALSE(report->found);
}

TEST_F(Guess, MxHostInTheDomainIsProven) {
    ask_where_nobody_knows({{10, "mx.example.com"}, {20, "backup.hoster.net"}});
    is_down("imap.example.com:993");
    guess_finds_nothing_else();
    is_down("mx.example.com:993");
    is_up("mx.example.com:143");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "mx.example.com");
    EXPECT_TRUE(report->proven);
    EXPECT_THAT(prober.servers.asked, Not(Contains("backup.hoster.net:993")));
}

TEST_F(Guess, FilterForSpamIsNoMailboxHost) {
    ask_where_nobody_knows({{1, "mx0a-00000001.pphosted.com"}});
    is_down("imap.example.com:993");
    guess_finds_nothing_else();
    ASSERT_TRUE(report);
    EXPECT_FALSE(report->found);
    EXPECT_THAT(prober.servers.asked, Not(Contains("mx0a-00000001.pphosted.com:993")));
}

TEST_F(Guess, ProvesWhatABetterSourceCannot) {
    leave_open(ispdb_url);
    ask("alice@example.com");
    answer_no_autoconfig();
    answer_no_srv();
    answer_not_found(ispdb_url);
    answer_mx({{1, "mx.hoster.net"}});
    for (const std::string& url : std::vector<std::string>(https.pages.asked)) {
        if (url.find("hoster.net") == std::string::npos) continue;
        if (url.ends_with("v1.1/hoster.net")) {
            answer_file(url, "imap.example.com");
        } else {
            answer_not_found(url);
        }
    }
    EXPECT_FALSE(report);
    is_up("imap.example.com:993");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->source, SourceKind::mx);
    EXPECT_FALSE(evidence(SourceKind::mx).proven);
    EXPECT_TRUE(report->proven);
}

TEST_F(Guess, IsCancelledWhenBeaten) {
    ask("alice@example.com");
    answer_file(own_url, "imap.hoster.net");
    is_up("imap.hoster.net:993");
    ASSERT_TRUE(report);
    EXPECT_EQ(evidence(SourceKind::guess).outcome, Outcome::skipped);
    EXPECT_THAT(prober.servers.cancelled, Contains("imap.example.com:993"));
}

TEST_F(Guess, DoesNotOverrideWhatABetterSourceSays) {
    ask("alice@example.com");
    is_up("imap.example.com:993");
    answer_no_autoconfig();
    answer_srv("_imap", {});
    answer_srv("_imaps", {{0, 1, 993, "mail2.example.com"}});
    is_up("mail2.example.com:993");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "mail2.example.com");
}

}  // namespace
}  // namespace gatepost::discovery
