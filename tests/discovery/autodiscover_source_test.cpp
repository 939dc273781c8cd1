// The source autodiscover in conversations with a played network.
#include "discovery_conversation.h"

namespace gatepost::discovery {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class AutodiscoverSource : public Conversation {
  protected:
    AutodiscoverSource() {
        for (const char* url : {autodiscover_json, autodiscover_own, autodiscover_host})
            leave_open(url);
        leave_open(autodiscover_srv);
    }

    void ask_it() {
        ask("alice@example.com");
        answer_no_autoconfig();
        answer_no_srv();
        answer_mx({});
    }

    void answer_settings(const std::string& question, const std::string& host) {
        const std::string url = question.substr(question.find("https"));
        answer_page(question,
                    {200,
                     "text/xml",
                     "<Autodiscover><Response><Account><Protocol><Type>IMAP</Type><Server>" + host +
                         "</Server></Protocol></Account></Response></Autodiscover>",
                     url,
                     true,
                     {}});
    }

    void answer_autodiscover_srv(std::vector<net::SrvRecord> records) {
        dns.srvs.answer(autodiscover_srv,
                        net::Answer<net::SrvRecord>{std::move(records), false, {}});
        settle();
    }
};

TEST_F(AutodiscoverSource, AsksTheDomainsOwnHostsAtOnceAndNoOthers) {
    ask_it();
    for (const char* question : {autodiscover_json, autodiscover_own, autodiscover_host})
        EXPECT_THAT(https.pages.asked, Contains(question));
    EXPECT_THAT(dns.srvs.asked, Contains(autodiscover_srv));
    EXPECT_THAT(https.pages.asked, Not(Contains(HasSubstr("autodiscover.com"))));
}

TEST_F(AutodiscoverSource, DomainsOwnHostProves) {
    ask_it();
    answer_not_found(autodiscover_json);
    EXPECT_FALSE(report);
    answer_settings(autodiscover_own, "imap.example.com");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "imap.example.com");
    EXPECT_TRUE(report->proven);
}

TEST_F(AutodiscoverSource, HostOfTheSrvRecordIsAskedLastAndProvesNothing) {
    ask_it();
    answer_autodiscover_srv({{0, 1, 443, "ex.hoster.net"}});
    const std::string other = "POST https://ex.hoster.net/autodiscover/autodiscover.xml";
    EXPECT_THAT(https.pages.asked, Not(Contains(other)));
    for (const char* question : {autodiscover_json, autodiscover_own, autodiscover_host})
        answer_not_found(question);
    EXPECT_THAT(https.pages.asked, Contains(other));
    answer_settings(other, "imap.hoster.net");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "imap.hoster.net");
    EXPECT_FALSE(report->proven);
    EXPECT_THAT(evidence(SourceKind::autodiscover).from,
                HasSubstr("SRV _autodiscover._tcp.example.com, https://ex.hoster.net/"));
}

TEST_F(AutodiscoverSource,
       HostThatIsNamedWithoutTlsIsAskedForItThoughTheSrvRecordsHostKnowsNothing) {
    probing = true;
    ask_it();
    answer_autodiscover_srv({{0, 1, 443, "ex.hoster.net"}});
    answer_not_found(autodiscover_json);
    answer_not_found(autodiscover_host);
    answer_settings(autodiscover_own, "imap.hoster.net</Server><SSL>off</SSL><Server>");
    answer_not_found("POST https://ex.hoster.net/autodiscover/autodiscover.xml");
    for (const char* host : {"imap.example.com", "mail.example.com", "example.com"}) {
        for (const char* port : {":993", ":143"})
            prober.servers.answer(std::string(host) + port,
                                  problem(ProblemKind::cannot_connect, "It is down."));
    }
    prober.servers.answer("imap.hoster.net:993", Capabilities{"IMAP4REV1"});
    settle();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "imap.hoster.net");
    EXPECT_TRUE(evidence(SourceKind::autodiscover).was_told_address);
}

TEST_F(AutodiscoverSource, SrvRecordsOnOtherPortsAreNotAsked) {
    ask_it();
    answer_autodiscover_srv({{0, 1, 8443, "ex.hoster.net"}, {0, 0, 0, ""}});
    for (const char* question : {autodiscover_json, autodiscover_own, autodiscover_host})
        answer_not_found(question);
    ASSERT_TRUE(report);
    EXPECT_THAT(https.pages.asked, Not(Contains(HasSubstr("ex.hoster.net"))));
}

TEST_F(AutodiscoverSource, ExchangeThatWantsAPasswordIsToldOf) {
    ask_it();
    answer_autodiscover_srv({});
    answer_not_found(autodiscover_json);
    answer_not_found(autodiscover_own);
    answer_page(autodiscover_host, {401, "text/html", "", "", true, {}});
    ASSERT_TRUE(report);
    EXPECT_FALSE(report->found);
    EXPECT_EQ(evidence(SourceKind::autodiscover).outcome, Outcome::not_found);
    EXPECT_THAT(evidence(SourceKind::autodiscover).detail, HasSubstr("wants a password"));
}

}  // namespace
}  // namespace gatepost::discovery
