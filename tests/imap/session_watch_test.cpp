// Sessions that watch INBOX at providers that do it in their own way, or not at all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "imap/session.h"
#include "running.h"
#include "scripted_provider.h"

namespace gatepost::imap {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string greeting = "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\r\n";
const std::string examined = "* 3 EXISTS\r\nS1 OK [READ-ONLY] examined\r\n";

class WatchingSession : public testing::Test {
  protected:
    std::unique_ptr<Session> session(const std::string& capabilities,
                                     std::vector<std::string> says) {
        says.insert(says.begin(),
                    {greeting, "G1 OK [CAPABILITY IMAP4rev1" + capabilities + "] welcome\r\n"});
        provider = std::make_unique<ScriptedProvider>(context, Security::tls, Script{says});
        Settings settings;
        settings.host = scripted_host;
        settings.port = provider->port();
        settings.username = "alice";
        auto connected =
            run(context, Session::connect(dialer, *tls, std::move(settings),
                                          {AuthMethod::password, Secret::copy_of("sesame")},
                                          net::after(patience)));
        if (!connected) ADD_FAILURE() << connected.error().detail;
        return connected ? std::move(*connected) : nullptr;
    }

    Session::News news() {
        return [this](const Response& response) {
            if (response.kind == Response::Kind::data)
                told.push_back(std::string(response.number) + " " + std::string(response.keyword));
        };
    }

    Result<Session::Watch> begin(Session& session) {
        return run(context,
                   session.begin_watch(
                       news(), [this] { told_when_examined = told.size(); }, net::after(patience)));
    }
    /// When there is something to hear.
    Result<Session::Watch> hear(Session& session) {
        const auto arrived = run(context, session.stream().wait_readable());
        if (!arrived) return arrived.error();
        return run(context, session.hear(news(), net::after(patience)));
    }
    Result<Session::Watch> renew(Session& session) {
        return run(context, session.renew_watch(news(), net::after(patience)));
    }
    Result<void> end(Session& session) {
        return run(context, session.end_watch(news(), net::after(patience)));
    }
    /// What the provider heard last.
    [[nodiscard]] std::string heard(std::size_t from_the_end = 0) const {
        return provider->heard().at(provider->heard().size() - 1 - from_the_end);
    }

    asio::io_context context;
    std::unique_ptr<net::TlsContext> tls =
        std::move(*net::TlsContext::make(ScriptedProvider::authority().file()));
    LoopbackDialer dialer;
    std::unique_ptr<ScriptedProvider> provider;
    std::vector<std::string> told;
    std::size_t told_when_examined = 0;
};

TEST_F(WatchingSession, IdlesInAnExaminedInbox) {
    const auto watching = session(" IDLE UNSELECT", {examined, "+ idling\r\n* 4 EXISTS\r\n"});
    const auto watch = begin(*watching);
    ASSERT_TRUE(watch) << watch.error().detail;
    EXPECT_EQ(*watch, Session::Watch::told);
    EXPECT_EQ(heard(1), "S1 EXAMINE INBOX");
    EXPECT_EQ(heard(), "S2 IDLE");
    EXPECT_THAT(told, ElementsAre("3 EXISTS", "4 EXISTS"));
}

TEST_F(WatchingSession, KnowsWhatDescribesTheMailboxFromWhatHappensInItAfterwards) {
    const auto watching =
        session(" IDLE", {examined + "* 4 EXISTS\r\n", "* 5 EXISTS\r\n+ idling\r\n"});
    ASSERT_TRUE(begin(*watching));
    EXPECT_THAT(told, ElementsAre("3 EXISTS", "4 EXISTS", "5 EXISTS"));
    EXPECT_EQ(told_when_examined, 1U);
}

TEST_F(WatchingSession, EndsIdleAndUnselectsInOneRoundTrip) {
    const auto watching =
        session(" IDLE UNSELECT",
                {examined, "+ idling\r\n", "", "* 4 EXISTS\r\nS2 OK done\r\nS3 OK unselected\r\n"});
    ASSERT_TRUE(begin(*watching));
    const auto ended = end(*watching);
    EXPECT_TRUE(ended) << ended.error().detail;
    EXPECT_EQ(heard(1), "DONE");
    EXPECT_EQ(heard(), "S3 UNSELECT");
    EXPECT_THAT(told, ElementsAre("3 EXISTS", "4 EXISTS"));
}

TEST_F(WatchingSession, AsksWhereThereIsNoIdle) {
    const auto watching = session("", {examined, "* 1 EXPUNGE\r\nS2 OK done\r\n"});
    EXPECT_EQ(*begin(*watching), Session::Watch::asked);
    const auto renewed = renew(*watching);
    ASSERT_TRUE(renewed) << renewed.error().detail;
    EXPECT_EQ(*renewed, Session::Watch::asked);
    EXPECT_EQ(heard(), "S2 NOOP");
    EXPECT_THAT(told, ElementsAre("3 EXISTS", "1 EXPUNGE"));
}

TEST_F(WatchingSession, AsksWhereIdleIsOfferedAndRefused) {
    for (const char* refusal : {"S2 NO not now\r\n", "S2 BAD what\r\n"}) {
        const auto watching = session(" IDLE", {examined, refusal, "S3 OK done\r\n"});
        const auto watch = begin(*watching);
        ASSERT_TRUE(watch) << watch.error().detail;
        EXPECT_EQ(*watch, Session::Watch::asked);
        EXPECT_TRUE(renew(*watching));
        EXPECT_EQ(heard(), "S3 NOOP");
    }
}

TEST_F(WatchingSession, IdlesAnew) {
    const auto watching = session(
        " IDLE", {examined, "+ idling\r\n", "* 4 EXISTS\r\nS2 OK done\r\n", "+ idling\r\n"});
    ASSERT_TRUE(begin(*watching));
    const auto renewed = renew(*watching);
    ASSERT_TRUE(renewed) << renewed.error().detail;
    EXPECT_EQ(*renewed, Session::Watch::told);
    EXPECT_EQ(heard(), "S3 IDLE");
    EXPECT_THAT(told, ElementsAre("3 EXISTS", "4 EXISTS"));
}

TEST_F(WatchingSession, IdlesAnewWhenTheProviderEndsIdleByItself) {
    for (const char* end : {"S2 OK idle is over\r\n", "S2 BAD too long\r\n"}) {
        const auto watching = session(" IDLE", {examined, "+ idling\r\n", "+ idling\r\n"});
        ASSERT_TRUE(begin(*watching));
        run(context, provider->say(std::string("* 4 EXISTS\r\n") + end));
        const auto watch = hear(*watching);
        ASSERT_TRUE(watch) << watch.error().detail;
        EXPECT_EQ(*watch, Session::Watch::told);
        EXPECT_EQ(heard(), "S3 IDLE");
        EXPECT_THAT(std::exchange(told, {}), ElementsAre("3 EXISTS", "4 EXISTS"));
    }
}

TEST_F(WatchingSession, AsksAProviderThatEndsEachIdleAtOnce) {
    const auto watching =
        session(" IDLE", {examined, "+ idling\r\nS2 OK idle is over\r\n", "S3 OK done\r\n"});
    const auto watch = begin(*watching);
    ASSERT_TRUE(watch) << watch.error().detail;
    EXPECT_EQ(*watch, Session::Watch::asked);
    EXPECT_TRUE(renew(*watching));
    EXPECT_EQ(heard(), "S3 NOOP");
}

// The provider ends IDLE while DONE is on its way, and takes DONE for a command.
TEST_F(WatchingSession, GoesOnWhenDoneCrossesTheEndOfIdle) {
    for (const std::string complaint :
         {"DONE BAD what\r\n", "DONE NO what\r\n", "* BAD what\r\n"}) {
        const auto watching =
            session(" IDLE UNSELECT", {examined, "+ idling\r\n", complaint, "+ idling\r\n",
                                       complaint, "S4 OK unselected\r\n"});
        ASSERT_TRUE(begin(*watching));
        run(context, provider->say("S2 OK idle is over\r\n"));
        const auto renewed = renew(*watching);
        ASSERT_TRUE(renewed) << renewed.error().detail;
        EXPECT_EQ(*renewed, Session::Watch::told);
        run(context, provider->say("S3 OK idle is over\r\n"));
        const auto ended = end(*watching);
        EXPECT_TRUE(ended) << ended.error().detail;
        EXPECT_EQ(heard(), "S4 UNSELECT");
    }
}

TEST_F(WatchingSession, DoesNotTakeComplaintsAboutADoneThatItHasNotSent) {
    const auto watching = session(" IDLE", {examined, "+ idling\r\n"});
    ASSERT_TRUE(begin(*watching));
    run(context, provider->say("DONE BAD what\r\n"));
    const auto watch = hear(*watching);
    ASSERT_FALSE(watch);
    EXPECT_EQ(watch.error().kind, ProblemKind::protocol_violation);
}

TEST_F(WatchingSession, DoesNotWatchWhatCannotBeExamined) {
    // [M_1, M_2]: a mailbox that is said to be elsewhere is none.
    for (const char* refusal : {"S1 NO there is no INBOX\r\n",
                                "S1 NO [REFERRAL imap://alice@other.example/INBOX] there\r\n"}) {
        const auto watching = session(" IDLE", {refusal});
        const auto watch = begin(*watching);
        ASSERT_TRUE(watch) << watch.error().detail;
        EXPECT_EQ(*watch, Session::Watch::refused);
        EXPECT_EQ(heard(), "S1 EXAMINE INBOX");
        EXPECT_THAT(told, IsEmpty());
    }
}

TEST_F(WatchingSession, HearsThatTheProviderEndsIt) {
    const auto watching = session(" IDLE", {examined, "+ idling\r\n* BYE idle for too long\r\n"});
    const auto watch = begin(*watching);
    ASSERT_FALSE(watch);
    EXPECT_EQ(watch.error().kind, ProblemKind::provider_unavailable);
}

}  // namespace
}  // namespace gatepost::imap
