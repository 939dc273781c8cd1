#include "daemon/event_format.h"

#include <gtest/gtest.h>

#include <algorithm>

#include <boost/json/parse.hpp>

#include "core/result.h"

namespace gatepost::daemon {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using connector::AccountState;

constexpr std::chrono::system_clock::time_point noon(1'800'000'000s);

connector::StateChange change() {
    return {"acc_1",
            "default",
            "a@x.example",
            AccountState::live,
            AccountState::retrying,
            problem(ProblemKind::cannot_connect, "It said\r\n\r\nevent: forged")
                .with("reason", "refused"),
            noon};
}

json::value data_of(const std::string& text) {
    const std::size_t begin = text.find("\ndata: ") + 7;
    return json::parse(text.substr(begin, text.find('\n', begin) - begin));
}

TEST(EventFormat, TellsAChangeOfState) {
    const std::string text = sse_text("run-7", change());
    EXPECT_TRUE(text.starts_with("event: account.state\nid: run-7\ndata: {")) << text;
    const json::value data = data_of(text);
    EXPECT_EQ(data.at("account"), "acc_1");
    EXPECT_EQ(data.at("application"), "default");
    EXPECT_EQ(data.at("email"), "a@x.example");
    EXPECT_EQ(data.at("state"), "retrying");
    EXPECT_EQ(data.at("previous"), "live");
    EXPECT_EQ(data.at("problem").at("type"), "urn:gatepost:problem:cannot-connect");
    EXPECT_EQ(data.at("problem").at("reason"), "refused");
    EXPECT_EQ(data.at("at"), "2027-01-15T08:00:00.000Z");
}

TEST(EventFormat, LetsNoWordsOfAProviderForgeAnEvent) {
    const std::string text = sse_text("run-7", change());
    EXPECT_EQ(text.find('\r'), std::string::npos);
    EXPECT_EQ(text.find("\n\n"), text.size() - 2) << "there is one event only";
    EXPECT_EQ(std::ranges::count(text, '\n'), 4);
}

TEST(EventFormat, TellsThatAnAccountIsNewOrRemoved) {
    connector::StateChange added = change();
    added.previous.reset();
    added.problem.reset();
    EXPECT_TRUE(data_of(sse_text("i", added)).at("previous").is_null());
    EXPECT_TRUE(data_of(sse_text("i", added)).at("problem").is_null());
    connector::StateChange removed = change();
    removed.state.reset();
    EXPECT_EQ(data_of(sse_text("i", removed)).at("state"), "removed");
    EXPECT_EQ(data_of(sse_text("i", removed)).at("previous"), "live");
}

TEST(EventFormat, TellsAChangeOfAMailbox) {
    const std::string text =
        sse_text("run-8", connector::MailboxChange{"acc_1", "crm", "a@x.example", "INBOX",
                                                   connector::MailboxEvent::arrived, 12, noon});
    EXPECT_TRUE(text.starts_with("event: mailbox.changed\nid: run-8\ndata: {")) << text;
    const json::value data = data_of(text);
    EXPECT_EQ(data.at("mailbox"), "INBOX");
    EXPECT_EQ(data.at("change"), "new");
    EXPECT_EQ(data.at("messages"), 12);
    EXPECT_EQ(data.at("application"), "crm");
}

TEST(EventFormat, TellsAReset) {
    const std::string text = sse_reset("run-9", connector::Gap::forgotten, noon);
    EXPECT_TRUE(text.starts_with("event: reset\nid: run-9\ndata: {")) << text;
    EXPECT_EQ(data_of(text).at("reason"), "forgotten");
}

TEST(EventFormat, OpensWithAnIdAndNoEvent) {
    EXPECT_EQ(sse_opening("run-0"), "retry: 1000\nid: run-0\n\n");
}

TEST(EventFormat, BeatsInACommentLine) {
    EXPECT_EQ(sse_heartbeat(""), ": still here\n\n");
    EXPECT_EQ(sse_heartbeat("run-3"), ": still here\nid: run-3\n\n");
}

}  // namespace
}  // namespace gatepost::daemon
