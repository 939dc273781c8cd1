#include "daemon/event_stream.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace gatepost::daemon {
namespace {

using connector::StateChange;
using namespace std::chrono_literals;

class EventStreams : public testing::Test {
  protected:
    std::shared_ptr<BodyStream> open(const std::string& last_event_id = "", EventFilter filter = {},
                                     std::chrono::milliseconds heartbeat = 1h) {
        connector::Scope scope{
            std::nullopt, [this](std::string_view application) { return application != hidden; }};
        return make_event_stream(feed, std::move(filter), std::move(scope), last_event_id,
                                 heartbeat);
    }

    /// What the stream says as far as it can without anybody's further doing; "…" where it waits.
    std::string next(BodyStream& stream) {
        std::string text = "…";
        boost::asio::co_spawn(context, stream.next(),
                              [&](const std::exception_ptr&, std::string said) { text = said; });
        context.restart();
        context.poll();
        if (text == "…") {
            stream.end();
            context.restart();
            context.poll();
            return "…";
        }
        return text;
    }

    void happen(const std::string& account, const std::string& application = "default") {
        StateChange change;
        change.account = account;
        change.application = application;
        feed->add(std::move(change));
    }

    std::string id() const { return feed->history().id_of(feed->history().last()); }
    static std::string account_of(const std::string& account) {
        return R"("account":")" + account + '"';
    }

    boost::asio::io_context context;
    std::shared_ptr<connector::EventFeed> feed =
        std::make_shared<connector::EventFeed>(context.get_executor(), [](bool) {});
    std::string hidden = "crm";
};

TEST_F(EventStreams, BeginWithWhatHappensFromNowOn) {
    happen("before");
    const auto stream = open();
    EXPECT_EQ(next(*stream), "retry: 1000\nid: " + id() + "\n\n");
    happen("one");
    happen("two");
    const std::string text = next(*stream);
    EXPECT_EQ(text.find(account_of("before")), std::string::npos);
    EXPECT_LT(text.find(account_of("one")), text.find(account_of("two")));
    EXPECT_NE(text.find("id: " + id() + "\n"), std::string::npos);
    EXPECT_EQ(next(*stream), "…");
}

TEST_F(EventStreams, GoOnWhereTheClientStopped) {
    open();  // mailboxes are watched from here on
    happen("seen");
    const std::string stopped = id();
    happen("missed");
    const auto stream = open(stopped);
    EXPECT_EQ(next(*stream).find("event: reset"), std::string::npos);
    const std::string text = next(*stream);
    EXPECT_EQ(text.find(account_of("seen")), std::string::npos);
    EXPECT_NE(text.find(account_of("missed")), std::string::npos);
}

TEST_F(EventStreams, ResetAClientOfAnEarlierRun) {
    happen("before");
    const auto stream = open("earlier-1");
    const std::string text = next(*stream);
    EXPECT_NE(text.find("event: reset\nid: " + id()), std::string::npos) << text;
    EXPECT_NE(text.find("restarted"), std::string::npos);
    EXPECT_EQ(next(*stream), "…");
}

TEST_F(EventStreams, ResetAClientThatFallsBehindTheHistory) {
    const auto stream = open();
    next(*stream);
    for (std::size_t i = 0; i <= connector::EventHistory::usual_capacity; ++i)
        happen("lost");
    const std::string text = next(*stream);
    EXPECT_TRUE(text.starts_with("event: reset\nid: " + id())) << text;
    EXPECT_NE(text.find("forgotten"), std::string::npos);
    happen("later");
    EXPECT_NE(next(*stream).find(account_of("later")), std::string::npos);
}

TEST_F(EventStreams, ComeInPieces) {
    const auto stream = open();
    next(*stream);
    for (int i = 0; i < 10'000; ++i)
        happen("many");
    EXPECT_LT(next(*stream).size(), 32U * 1024);
}

TEST_F(EventStreams, ResetAClientForWhomMailboxesWereNotWatched) {
    const std::string before = id();
    const auto states = open(before, {std::nullopt, true, false});
    next(*states);
    EXPECT_EQ(next(*states), "…");
    const auto stream = open(before);
    next(*stream);
    EXPECT_NE(next(*stream).find("unwatched"), std::string::npos);
}

TEST_F(EventStreams, ShowNothingOfOtherPeoplesAccounts) {
    const auto stream = open("", {}, 0ms);
    next(*stream);
    happen("hidden", "crm");
    EXPECT_EQ(next(*stream), ": still here\nid: " + id() + "\n\n") << "but where it stands";
    EXPECT_EQ(next(*stream), ": still here\n\n");
    hidden = "none any more";
    happen("shown", "crm");
    EXPECT_NE(next(*stream).find(account_of("shown")), std::string::npos);
}

TEST_F(EventStreams, ShowOneAccountOnly) {
    const auto stream = open("", {"wanted", true, true});
    next(*stream);
    happen("other");
    happen("wanted");
    const std::string text = next(*stream);
    EXPECT_NE(text.find(account_of("wanted")), std::string::npos);
    EXPECT_EQ(text.find(account_of("other")), std::string::npos);
}

TEST_F(EventStreams, ShowOneKindOnly) {
    const auto mailboxes = open("", {std::nullopt, false, true});
    const auto states = open("", {std::nullopt, true, false});
    next(*mailboxes);
    next(*states);
    happen("changed");
    feed->add(connector::MailboxChange{"changed", "default", "", "INBOX", {}, 1, {}});
    EXPECT_TRUE(next(*mailboxes).starts_with("event: mailbox.changed"));
    EXPECT_TRUE(next(*states).starts_with("event: account.state"));
    EXPECT_EQ(next(*states), "…");
}

TEST_F(EventStreams, EndWhenTheyAreToldTo) {
    const auto stream = open();
    next(*stream);
    happen("untold");
    stream->end();
    EXPECT_EQ(next(*stream), "");
}

}  // namespace
}  // namespace gatepost::daemon
