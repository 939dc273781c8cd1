// INBOXes that are watched at a real provider.
#include <gmock/gmock.h>

#include "reactor_conversation.h"

namespace gatepost::imap {
namespace {

using testing::HasSubstr;
using What = MailboxChanged::What;

class Watches : public ReactorConversation {
  protected:
    /// A user whose INBOX is watched for certain: a change in it was told.
    std::string watched_user(const std::string& name) {
        std::string account = live_user(name);
        reactor->send(Watch{true});
        EXPECT_TRUE(tells_of_mail(account));
        return account;
    }

    /// Mail that comes before the watch begins is no news, and so more of it comes.
    bool tells_of_mail(const std::string& account) {
        for (int i = 0; i < event_patience.count(); ++i) {
            world->deliver(account, 100);
            if (changed(account, What::new_messages, std::chrono::seconds(1))) return true;
        }
        return false;
    }

    /// Flags that change within a second after mail came are told together with it, as mail, and so
    /// they change again.
    bool tells_of_flags(const std::string& account, LeaseClient& client) {
        for (int i = 0; i < event_patience.count(); ++i) {
            client.command(
                "f", i % 2 == 0 ? "STORE 1 +FLAGS (\\Flagged)" : "STORE 1 -FLAGS (\\Flagged)");
            if (changed(account, What::flags, std::chrono::seconds(2))) return true;
        }
        return false;
    }

    std::optional<MailboxChanged> changed(const std::string& account, What what,
                                          std::chrono::seconds patience = event_patience) {
        return next<MailboxChanged>(
            [&](const MailboxChanged& event) {
                return event.account == account && event.what == what;
            },
            patience);
    }
};

TEST_F(Watches, TellOfNewMessagesAndHowManyThereAre) {
    const std::string account = watched_user("newsy");
    LeaseClient client;
    sign_in_client(account, client);
    client.send("b STATUS INBOX (MESSAGES)\r\n");
    const std::string before = client.answer("b").front();
    client.command("c", "LOGOUT");
    world->deliver(account, 100);
    const auto change = changed(account, What::new_messages);
    ASSERT_TRUE(change);
    EXPECT_EQ(change->version, 1U);
    EXPECT_EQ(change->mailbox, "INBOX");
    EXPECT_THAT(before, HasSubstr("(MESSAGES " + std::to_string(change->exists - 1) + ")"));
}

TEST_F(Watches, TakeTheSessionThatIsKeptAndGiveItToALease) {
    const std::string account = watched_user("sharing");
    EXPECT_EQ(count(account).idle, 1U);
    for (int i = 0; i < 3; ++i) {
        LeaseClient client;
        sign_in_client(account, client);
        // Nothing is left selected of the watch.
        EXPECT_THAT(client.command("b", "CHECK"), HasSubstr("BAD"));
        client.command("c", "LOGOUT");
    }
    EXPECT_TRUE(check(account));
    EXPECT_EQ(world->attempts(account), 1);
}

TEST_F(Watches, FindWhatCameWhileTheSessionWasLeased) {
    options.max_sessions_per_account = 1;
    start();
    const std::string account = watched_user("busy");
    LeaseClient client;
    sign_in_client(account, client);
    world->deliver(account, 100);
    client.command("b", "LOGOUT");
    EXPECT_TRUE(changed(account, What::new_messages));
    EXPECT_EQ(world->attempts(account), 1);
}

TEST_F(Watches, TellOfFlagsAndOfWhatIsGoneWhileAnotherSessionDoesIt) {
    const std::string account = watched_user("tidied");
    LeaseClient client;
    sign_in_client(account, client);
    client.command("b", "SELECT INBOX");
    // The lease has the only session; another one comes to watch, and has seen this much.
    EXPECT_TRUE(tells_of_mail(account));
    EXPECT_TRUE(tells_of_flags(account, client));
    client.command("c", "STORE 1 +FLAGS (\\Deleted)");
    client.command("d", "EXPUNGE");
    EXPECT_TRUE(changed(account, What::gone));
}

TEST_F(Watches, GoOnAfterTheProviderEndedTheSession) {
    const std::string account = watched_user("kicked");
    world->kick(account);
    ASSERT_TRUE(reaches(account, State::live));
    world->deliver(account, 100);
    EXPECT_TRUE(changed(account, What::new_messages));
}

TEST_F(Watches, EndWhenNobodyWantsThem) {
    const std::string account = watched_user("unwatched");
    reactor->send(Watch{false});
    EXPECT_TRUE(check(account));
    world->deliver(account, 100);
    EXPECT_FALSE(changed(account, What::new_messages, std::chrono::seconds(2)));
    reactor->send(Watch{true});
    EXPECT_TRUE(changed(account, What::new_messages));
}

TEST_F(Watches, AreLoggedOutOfLikeOthers) {
    const std::string account = watched_user("leaving");
    reactor->send(Withdraw{account, problem(ProblemKind::account_paused, "paused")});
    EXPECT_EQ(sessions_settled(account, 0), 0);
}

}  // namespace
}  // namespace gatepost::imap
