// What is known of an INBOX, by what providers say of it.
#include "imap/inbox_watch.h"

#include <gtest/gtest.h>

#include <string>

namespace gatepost::imap {
namespace {

using namespace std::chrono_literals;
using What = MailboxChanged::What;

class WatchedInbox : public testing::Test {
  protected:
    void hear(const std::string& line) {
        const std::string framed = line + "\r\n";
        const auto response = take_apart(framed);
        ASSERT_TRUE(response) << line;
        inbox.hear(*response);
    }

    void examine(int exists, int uid_next, int uid_validity = 7) {
        inbox.examine();
        hear("* FLAGS (\\Seen)");
        hear("* " + std::to_string(exists) + " EXISTS");
        hear("* 0 RECENT");
        hear("* OK [UIDVALIDITY " + std::to_string(uid_validity) + "] UIDs valid");
        if (uid_next != 0) hear("* OK [UIDNEXT " + std::to_string(uid_next) + "] Next");
        inbox.examined();
    }

    /// Everything that is to be told now: "new 4".
    std::string told() {
        const auto change = inbox.take(now);
        if (!change) return "";
        const std::string what = change->what == What::new_messages ? "new"
                                 : change->what == What::gone       ? "gone"
                                                                    : "flags";
        return what + " " + std::to_string(change->exists);
    }

    InboxWatch inbox;
    InboxWatch::Time now = InboxWatch::Time() + 24h;
};

TEST_F(WatchedInbox, IsNoNewsTheFirstTime) {
    examine(3, 4);
    EXPECT_EQ(told(), "");
    EXPECT_EQ(inbox.wake(), InboxWatch::Time::max());
}

TEST_F(WatchedInbox, ChangesByWhatTheProviderSays) {
    const struct {
        const char* line;
        const char* expected;
    } cases[] = {
        {"* 4 EXISTS", "new 4"},      {"* 2 EXPUNGE", "gone 2"},
        {"* 2 EXISTS", "gone 2"},     {"* 2 FETCH (FLAGS (\\Seen))", "flags 3"},
        {"* 3 EXISTS", ""},           {"* 1 RECENT", ""},
        {"* OK Still here", ""},      {"* EXISTS", ""},
        {"* 99999999999 EXISTS", ""}, {"* SEARCH 1", ""},
    };
    for (const auto& row : cases) {
        inbox = InboxWatch();
        examine(3, 4);
        hear(row.line);
        EXPECT_EQ(told(), row.expected) << row.line;
    }
}

TEST_F(WatchedInbox, TellsABurstOnceASecondByWhatMattersMost) {
    examine(3, 4);
    hear("* 1 FETCH (FLAGS (\\Seen))");
    EXPECT_EQ(told(), "flags 3");
    hear("* 4 EXISTS");
    hear("* 1 EXPUNGE");
    hear("* 1 FETCH (FLAGS ())");
    EXPECT_EQ(told(), "");
    EXPECT_EQ(inbox.wake(), now + 1s);
    now += 1s;
    EXPECT_EQ(told(), "new 3");
    EXPECT_EQ(inbox.wake(), InboxWatch::Time::max());
}

TEST_F(WatchedInbox, TellsAFloodOfAnHourBySecondsOnly) {
    examine(0, 1);
    int events = 0;
    for (int i = 1; i <= 36'000; ++i) {
        hear("* " + std::to_string(i) + " EXISTS");
        events += told().empty() ? 0 : 1;
        now += 100ms;
    }
    EXPECT_EQ(events, 3600);
}

TEST_F(WatchedInbox, ShowsWhatHasChangedWhileNobodyWatched) {
    const struct {
        const char* why;
        int exists, uid_next, uid_validity;
        const char* expected;
    } cases[] = {
        {"nothing", 3, 4, 7, ""},
        {"one came", 4, 5, 7, "new 4"},
        {"one came and one went", 3, 5, 7, "new 3"},
        {"one came, the provider does not tell UIDNEXT", 4, 0, 7, "new 4"},
        {"one went", 2, 4, 7, "gone 2"},
        {"another mailbox has the name", 3, 4, 8, "new 3"},
    };
    for (const auto& row : cases) {
        inbox = InboxWatch();
        examine(3, 4);
        examine(row.exists, row.uid_next, row.uid_validity);
        EXPECT_EQ(told(), row.expected) << row.why;
    }
}

TEST_F(WatchedInbox, WhatWasToldAlreadyIsNoNewsWhenTheWatchBeginsAnew) {
    examine(3, 4);
    hear("* 5 EXISTS");
    hear("* 1 EXPUNGE");
    EXPECT_EQ(told(), "new 4");
    now += 1min;
    examine(4, 6);
    EXPECT_EQ(told(), "");
}

TEST_F(WatchedInbox, CountsNoFurtherThanItsMessagesGo) {
    examine(1, 2);
    for (int i = 0; i < 3; ++i)
        hear("* 1 EXPUNGE");
    EXPECT_EQ(told(), "gone 0");
}

}  // namespace
}  // namespace gatepost::imap
