#include "discovery/ranking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatepost::discovery {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Address alice() {
    return *parse_address("alice@example.com");
}

Candidate candidate(const std::string& host, bool proven) {
    return {{host, 993, Security::tls, "alice@example.com", {AuthMethod::password}}, proven};
}

Evidence found(SourceKind source, const std::string& host, bool proven) {
    Evidence evidence;
    evidence.source = source;
    evidence.outcome = Outcome::found;
    evidence.proven = proven;
    evidence.candidates = {candidate(host, proven)};
    return evidence;
}

Evidence nothing(SourceKind source) {
    Evidence evidence;
    evidence.source = source;
    return evidence;
}

Evidence no_imap(SourceKind source) {
    Evidence evidence = nothing(source);
    evidence.no_imap = true;
    return evidence;
}

std::vector<std::string> hosts(const std::vector<Candidate>& candidates) {
    std::vector<std::string> found;
    for (const Candidate& each : candidates)
        found.push_back(each.settings.host);
    return found;
}

constexpr auto autoconfig = SourceKind::autoconfig;
constexpr auto srv = SourceKind::srv;
constexpr auto mx = SourceKind::mx;

struct Decision {
    const char* name;
    std::vector<Evidence> answered;
    std::vector<SourceKind> pending;
    bool decided;
};

class Deciding : public testing::TestWithParam<Decision> {};

TEST_P(Deciding, IsDoneWhenNoPendingSourceCouldBeatWhatIsThere) {
    const Step step = next_step("example.com", GetParam().answered, GetParam().pending, {}, false);
    EXPECT_EQ(step, GetParam().decided ? Step(Decided{}) : Step(Wait{})) << GetParam().name;
}

INSTANTIATE_TEST_SUITE_P(
    Ranking, Deciding,
    testing::Values(
        Decision{"nobody asked", {}, {}, true},
        Decision{"nobody answered", {}, {autoconfig, srv}, false},
        Decision{"all answered with nothing", {nothing(autoconfig)}, {}, true},
        Decision{"nothing so far", {nothing(autoconfig)}, {srv}, false},
        Decision{"best, proven", {found(autoconfig, "a.example", true)}, {srv, mx}, true},
        Decision{"a better one is pending", {found(srv, "a.example", true)}, {autoconfig}, false},
        Decision{"the better ones had nothing",
                 {nothing(autoconfig), found(srv, "a.example", true)},
                 {mx},
                 true},
        Decision{
            "unproven, may become proven", {found(autoconfig, "a.example", false)}, {mx}, false},
        Decision{"unproven, and who guesses in the domain cannot prove a host outside",
                 {found(srv, "imap.hoster.net", false)},
                 {SourceKind::guess},
                 true},
        Decision{"unproven, and the guess may prove it",
                 {found(SourceKind::ispdb, "imap.example.com", false)},
                 {SourceKind::guess},
                 false},
        Decision{"unproven, proven by agreement",
                 {found(srv, "a.example", false), found(mx, "a.example", true)},
                 {SourceKind::guess},
                 true},
        Decision{"unproven, the proven one disagrees",
                 {found(srv, "a.example", false), found(mx, "b.example", true)},
                 {SourceKind::autodiscover},
                 false},
        Decision{"no IMAP, best", {no_imap(srv)}, {mx}, true},
        Decision{"no IMAP, a better one is pending", {no_imap(mx)}, {autoconfig}, false}));

TEST(Rank, BestRankWinsWhateverTheOrderOfTheAnswers) {
    const Report report =
        rank(alice(), {found(mx, "c.example", true), found(srv, "b.example", true),
                       found(autoconfig, "a.example", true)});
    EXPECT_TRUE(report.found);
    EXPECT_TRUE(report.proven);
    EXPECT_EQ(report.settings.host, "a.example");
    EXPECT_THAT(hosts(report.alternatives), ElementsAre("b.example", "c.example"));
    EXPECT_EQ(report.evidence[0].source, autoconfig);
    EXPECT_EQ(report.evidence[2].source, mx);
}

TEST(Rank, LowerRankNeverOverridesAHigherOneThoughItIsProven) {
    const Report report =
        rank(alice(), {found(srv, "a.example", false), found(mx, "b.example", true)});
    EXPECT_EQ(report.settings.host, "a.example");
    EXPECT_FALSE(report.proven);
    ASSERT_THAT(hosts(report.alternatives), ElementsAre("b.example"));
    EXPECT_TRUE(report.alternatives[0].proven);
}

TEST(Rank, ProvenSourceThatAgreesProvesAndAddsWhatItKnows) {
    Evidence known = found(mx, "a.example", true);
    known.provider = Provider{"a.example", "A Mail"};
    known.oauth =
        OAuthFacts{"a", "https://a.example", "https://a.example/1", "https://a.example/2", {}};
    known.app_password = true;
    known.documentation = {{"https://a.example/help", "Help", "en"}};
    const Report report = rank(alice(), {found(srv, "a.example", false), known});
    EXPECT_TRUE(report.proven);
    EXPECT_EQ(report.provider.name, "A Mail");
    EXPECT_TRUE(report.oauth);
    EXPECT_TRUE(report.app_password);
    EXPECT_EQ(report.documentation.size(), 1U);
    EXPECT_THAT(report.alternatives, IsEmpty());
}

TEST(Rank, AnotherPortOrSecurityIsNoAgreement) {
    Evidence other = found(mx, "a.example", true);
    other.candidates[0].settings.port = 143;
    other.candidates[0].settings.security = Security::starttls;
    const Report report = rank(alice(), {found(srv, "a.example", false), other});
    EXPECT_FALSE(report.proven);
    EXPECT_THAT(hosts(report.alternatives), ElementsAre("a.example"));
}

TEST(Rank, SourceThatDisagreesAddsNoFacts) {
    Evidence other = found(mx, "b.example", true);
    other.app_password = true;
    other.provider = Provider{"b.example", "B"};
    const Report report = rank(alice(), {found(srv, "a.example", true), other});
    EXPECT_FALSE(report.app_password);
    EXPECT_EQ(report.provider.id, "example.com");
}

TEST(Rank, FurtherServersOfTheWinnerAreAlternativesWithoutRepetition) {
    Evidence two = found(autoconfig, "a.example", true);
    two.candidates.push_back(candidate("b.example", true));
    const Report report =
        rank(alice(), {two, found(srv, "b.example", false), found(mx, "a.example", false)});
    ASSERT_THAT(hosts(report.alternatives), ElementsAre("b.example"));
    EXPECT_TRUE(report.alternatives[0].proven);
}

TEST(Rank, NoImapIsToldOnlyWhenNoBetterRankHasSettings) {
    Evidence none = no_imap(mx);
    none.provider = Provider{"proton.me", "Proton Mail"};
    const Report refused = rank(alice(), {nothing(autoconfig), none});
    EXPECT_TRUE(refused.no_imap);
    EXPECT_FALSE(refused.found);
    EXPECT_EQ(refused.provider.name, "Proton Mail");
    EXPECT_EQ(refused.source, mx);

    const Report better = rank(alice(), {found(autoconfig, "a.example", true), none});
    EXPECT_FALSE(better.no_imap);
    EXPECT_TRUE(better.found);

    const Report worse = rank(alice(), {no_imap(srv), found(mx, "a.example", true)});
    EXPECT_TRUE(worse.no_imap);
    EXPECT_FALSE(worse.found);
}

ProbedServer probe_of(const std::string& host, Outcome outcome,
                      std::vector<AuthMethod> auth = {AuthMethod::password}) {
    const bool answered = outcome == Outcome::found;
    return {{host, 993, Security::tls}, {outcome, answered ? "" : "It is down.", {}, auth}};
}

Step next(const std::vector<Evidence>& answered, const std::vector<SourceKind>& pending,
          const std::vector<ProbedServer>& probed) {
    return next_step("example.com", answered, pending, probed, true);
}

Step asks(const std::string& host) {
    return AskServer{{host, 993, Security::tls}};
}

constexpr auto down = Outcome::failed;
constexpr auto up = Outcome::found;

TEST(NextStep, WinnerIsProbedWhileLowerRanksArePending) {
    EXPECT_EQ(next({found(autoconfig, "a.example", true)}, {srv, mx}, {}), asks("a.example"));
}

TEST(NextStep, BestSoFarMayBeProbedWhileBetterRanksArePending) {
    const Step ahead = AskAhead{{"a.example", 993, Security::tls}};
    const std::vector<Evidence> all{found(srv, "a.example", true), found(mx, "b.example", true)};
    EXPECT_EQ(next(all, {autoconfig}, {}), ahead);
    EXPECT_EQ(next(all, {autoconfig}, {probe_of("a.example", up)}), Step(Wait{}));
    EXPECT_EQ(next(all, {autoconfig}, {probe_of("a.example", down)}), Step(Wait{}));
    EXPECT_EQ(next({no_imap(srv), found(mx, "b.example", true)}, {autoconfig}, {}), Step(Wait{}));
    EXPECT_EQ(next_step("example.com", all, {autoconfig}, {}, false), Step(Wait{}));
}

TEST(NextStep, WinnerThatAnswersEndsItUnlessItMayStillBeProven) {
    EXPECT_EQ(next({found(srv, "a.example", true)}, {mx}, {probe_of("a.example", up)}),
              Step(Decided{}));
    EXPECT_EQ(next({found(srv, "a.example", false)}, {mx}, {probe_of("a.example", up)}),
              Step(Wait{}));
}

TEST(NextStep, ServerThatIsNotToBeProbedEndsItToo) {
    const std::vector<ProbedServer> skipped{probe_of("a.example", Outcome::skipped)};
    EXPECT_EQ(next({found(mx, "a.example", true)}, {SourceKind::guess}, skipped), Step(Decided{}));
    const std::vector<Evidence> all{found(mx, "a.example", true),
                                    found(SourceKind::guess, "b.example", true)};
    EXPECT_EQ(rank(alice(), all, {skipped[0], probe_of("b.example", up)}).settings.host,
              "a.example");
}

TEST(NextStep, NextCandidateIsProbedInOrderOfRank) {
    const std::vector<Evidence> all{found(autoconfig, "a.example", true),
                                    found(srv, "b.example", true), found(mx, "c.example", true)};
    EXPECT_EQ(next(all, {}, {probe_of("a.example", down)}), asks("b.example"));
    EXPECT_EQ(next(all, {}, {probe_of("a.example", down), probe_of("b.example", down)}),
              asks("c.example"));
    EXPECT_EQ(next(all, {}, {probe_of("a.example", down), probe_of("b.example", up)}),
              Step(Decided{}));
}

TEST(NextStep, SuccessorWaitsForThoseWhoOutrankIt) {
    EXPECT_EQ(next({found(autoconfig, "a.example", true), found(mx, "c.example", true)}, {srv},
                   {probe_of("a.example", down)}),
              Step(Wait{}));
}

TEST(NextStep, UnprovenServerIsNotAskedInPlaceOfAProvenOne) {
    const std::vector<Evidence> all{found(autoconfig, "a.example", true),
                                    found(srv, "b.example", false)};
    EXPECT_EQ(next(all, {mx}, {probe_of("a.example", down)}), Step(Wait{}));
    EXPECT_EQ(next(all, {}, {probe_of("a.example", down)}), Step(Decided{}));
}

TEST(NextStep, NobodyIsProbedWhereTheBestKnowsThatThereIsNoImap) {
    EXPECT_EQ(next({no_imap(srv), found(mx, "a.example", true)}, {}, {}), Step(Decided{}));
}

TEST(NextStep, UnprovenWinnerThatAnswersMayStillBeProvenByTheGuess) {
    const std::vector<Evidence> own{found(SourceKind::ispdb, "imap.example.com", false)};
    EXPECT_EQ(next(own, {SourceKind::guess}, {probe_of("imap.example.com", up)}), Step(Wait{}));
    const std::vector<Evidence> outside{found(SourceKind::ispdb, "imap.hoster.net", false)};
    EXPECT_EQ(next(outside, {SourceKind::guess}, {probe_of("imap.hoster.net", up)}),
              Step(Decided{}));
}

TEST(NextStep, WhatASourceHasProbedIsNotProbedAgain) {
    Evidence guessed = found(SourceKind::guess, "imap.example.com", true);
    guessed.probed = {probe_of("imap.example.com", up)};
    EXPECT_EQ(next({guessed}, {}, {}), Step(Decided{}));
}

TEST(Rank, ServerThatDoesNotAnswerGivesWayToTheNextThatDoes) {
    const Report report =
        rank(alice(), {found(autoconfig, "a.example", true), found(srv, "b.example", true)},
             {probe_of("a.example", down), probe_of("b.example", up)});
    EXPECT_EQ(report.settings.host, "b.example");
    EXPECT_TRUE(report.proven);
    EXPECT_EQ(report.probe->outcome, up);
    ASSERT_THAT(hosts(report.alternatives), ElementsAre("a.example"));
    EXPECT_EQ(report.alternatives[0].probe->outcome, down);
    EXPECT_EQ(report.evidence[0].detail, "a.example:993 did not pass the probe: It is down.");
}

TEST(Rank, ProvenServerThatIsDownIsNotReplacedByAnUnprovenOne) {
    const Report report =
        rank(alice(), {found(autoconfig, "a.example", true), found(srv, "b.example", false)},
             {probe_of("a.example", down), probe_of("b.example", up)});
    EXPECT_EQ(report.settings.host, "a.example");
    EXPECT_TRUE(report.proven);
    EXPECT_EQ(report.probe->outcome, down);
    EXPECT_EQ(report.probe->detail, "It is down.");
}

TEST(Rank, UnprovenServerThatIsDownGivesWayToAnyThatAnswers) {
    const Report report =
        rank(alice(), {found(srv, "a.example", false), found(mx, "b.example", false)},
             {probe_of("a.example", down), probe_of("b.example", up)});
    EXPECT_EQ(report.settings.host, "b.example");
    EXPECT_FALSE(report.proven);
}

class NoAnswer : public testing::TestWithParam<Outcome> {};

TEST_P(NoAnswer, OfAnyKindGivesWayAndIsPassedOver) {
    const std::vector<Evidence> all{found(autoconfig, "a.example", true),
                                    found(srv, "b.example", true), found(mx, "c.example", true)};
    const std::vector<ProbedServer> probed{probe_of("a.example", GetParam()),
                                           probe_of("b.example", GetParam()),
                                           probe_of("c.example", up)};
    EXPECT_EQ(rank(alice(), all, probed).settings.host, "c.example");
    EXPECT_EQ(next(all, {}, probed), Step(Decided{}));
}

INSTANTIATE_TEST_SUITE_P(Probe, NoAnswer,
                         testing::Values(Outcome::failed, Outcome::not_found, Outcome::timed_out,
                                         Outcome::refused));

TEST(Rank, NextServerOfTheSameSourceComesBeforeOthers) {
    Evidence two = found(srv, "a.example", true);
    two.candidates.push_back(candidate("b.example", true));
    const std::vector<Evidence> all{two, found(mx, "c.example", true)};
    EXPECT_EQ(next(all, {}, {probe_of("a.example", down)}), asks("b.example"));
    const Report report =
        rank(alice(), all,
             {probe_of("a.example", down), probe_of("b.example", up), probe_of("c.example", up)});
    EXPECT_EQ(report.settings.host, "b.example");
    EXPECT_EQ(report.source, srv);
    EXPECT_THAT(hosts(report.alternatives), ElementsAre("a.example", "c.example"));
}

TEST(Rank, BestRankedStaysWhereNobodyAnswers) {
    const std::vector<Evidence> all{found(autoconfig, "a.example", true),
                                    found(srv, "b.example", true)};
    const std::vector<ProbedServer> probed{probe_of("a.example", down),
                                           probe_of("b.example", down)};
    EXPECT_EQ(next(all, {}, probed), Step(Decided{}));
    EXPECT_EQ(next(all, {mx}, probed), Step(Wait{}));
    const Report report = rank(alice(), all, probed);
    EXPECT_EQ(report.settings.host, "a.example");
    EXPECT_EQ(report.source, autoconfig);
    EXPECT_EQ(report.probe->outcome, down);
}

TEST(Rank, SuccessorBringsItsOwnFactsAndNotThoseOfWhoGaveWay) {
    Evidence first = found(autoconfig, "a.example", true);
    first.app_password = true;
    Evidence second = found(srv, "b.example", true);
    second.documentation = {{"https://b.example/help", "Help", "en"}};
    const Report report =
        rank(alice(), {first, second}, {probe_of("a.example", down), probe_of("b.example", up)});
    EXPECT_FALSE(report.app_password);
    EXPECT_EQ(report.documentation.size(), 1U);
    EXPECT_EQ(report.source, srv);
}

TEST(Rank, ServerThatAnotherSourceProvesMayTakeTheProvenOnesPlace) {
    const std::vector<Evidence> all{found(autoconfig, "a.example", true),
                                    found(srv, "b.example", false), found(mx, "b.example", true)};
    EXPECT_EQ(next(all, {}, {probe_of("a.example", down)}), asks("b.example"));
    const Report report =
        rank(alice(), all, {probe_of("a.example", down), probe_of("b.example", up)});
    EXPECT_EQ(report.settings.host, "b.example");
    EXPECT_TRUE(report.proven);
}

TEST(Rank, AnotherPortOfTheHostIsAnotherServer) {
    Evidence two = found(srv, "a.example", true);
    two.candidates.push_back(candidate("a.example", true));
    two.candidates[1].settings.port = 143;
    two.candidates[1].settings.security = Security::starttls;
    EXPECT_EQ(next({two}, {}, {probe_of("a.example", down)}),
              Step(AskServer{{"a.example", 143, Security::starttls}}));
}

TEST(Rank, ServerWhoseProbeIsNotOverStays) {
    const Report report =
        rank(alice(), {found(autoconfig, "a.example", true), found(srv, "b.example", true)},
             {probe_of("b.example", up)});
    EXPECT_EQ(report.settings.host, "a.example");
    EXPECT_FALSE(report.probe);
}

TEST(Rank, ProbeTellsTheWaysToSignIn) {
    using enum AuthMethod;
    const Report report = rank(alice(), {found(autoconfig, "a.example", true)},
                               {probe_of("a.example", up, {xoauth2, oauthbearer})});
    EXPECT_THAT(report.settings.auth, ElementsAre(xoauth2, oauthbearer));
}

TEST(Rank, ServerThatOffersNoKnownWayToSignInIsToldAsSuchAndStays) {
    ProbedServer useless = probe_of("a.example", up, {});
    useless.probe.detail = "It takes nobody.";
    const std::vector<Evidence> all{found(autoconfig, "a.example", true),
                                    found(srv, "b.example", true)};
    const Report report = rank(alice(), all, {useless});
    EXPECT_EQ(report.settings.host, "a.example");
    EXPECT_THAT(report.settings.auth, IsEmpty());
    EXPECT_EQ(report.evidence[0].detail, "It takes nobody.");
    EXPECT_EQ(next(all, {mx}, {useless}), Step(Decided{}));
}

TEST(AgreedAuth, KeepsTheSourcesOrderAndAddsWhatTheServerOffers) {
    using enum AuthMethod;
    EXPECT_THAT(agreed_auth({xoauth2, password}, {password, xoauth2, oauthbearer}),
                ElementsAre(xoauth2, password, oauthbearer));
    EXPECT_THAT(agreed_auth({password}, {xoauth2}), ElementsAre(xoauth2));
    EXPECT_THAT(agreed_auth({password}, {}), IsEmpty());
}

TEST(Rank, NothingFoundStillNamesTheDomainAsProvider) {
    const Report report = rank(alice(), {nothing(autoconfig), nothing(srv)});
    EXPECT_FALSE(report.found);
    EXPECT_FALSE(report.proven);
    EXPECT_FALSE(report.source);
    EXPECT_EQ(report.email, "alice@example.com");
    EXPECT_EQ(report.provider, (Provider{"example.com", "example.com"}));
    EXPECT_EQ(report.evidence.size(), 2U);
}

}  // namespace
}  // namespace gatepost::discovery
