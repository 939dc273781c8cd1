// What accounts live through: a real provider that goes and comes back, and a network that is slow,
// silent or cut.
#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <set>

#include "cuttable_relay.h"
#include "net/cares_resolver.h"
#include "reactor_conversation.h"
#include "running.h"

namespace gatepost::imap {
namespace {

using testing::HasSubstr;

constexpr std::uint16_t imaps = 993;

class Outages : public ReactorConversation {
  protected:
    static boost::asio::ip::tcp::endpoint provider() {
        boost::asio::io_context context;
        const auto resolver =
            std::move(*net::CaresResolver::make(context.get_executor(), {{world->dns_server()}}));
        const auto found =
            run(context, resolver->addresses("imap.provider.example", net::after(patience)));
        return {found->records.at(0), imaps};
    }

    /// A new user, who is served and live through the relay.
    std::string relayed_user(const std::string& name) {
        std::string account = new_user(name);
        Settings settings = settings_of(account);
        settings.port = relay.port();
        reactor->send(Serve{account, 1, settings});
        EXPECT_TRUE(reaches(account, State::live));
        return account;
    }

    bool all_reach(std::set<std::string> accounts, State state) {
        while (!accounts.empty()) {
            const auto reached = next<AccountState>(
                [state](const AccountState& event) { return event.state == state; });
            if (!reached) return false;
            accounts.erase(reached->account);
        }
        return true;
    }

    CuttableRelay relay{provider()};
};

/// Thaws the mail server, whatever becomes of the test.
class Frozen {
  public:
    explicit Frozen(SteeredWorld& world) : world_(world) { world_.freeze(); }
    Frozen(const Frozen&) = delete;
    Frozen& operator=(const Frozen&) = delete;
    ~Frozen() { world_.thaw(); }

  private:
    SteeredWorld& world_;
};

TEST_F(Outages, AllAccountsAreLiveAgainWhenTheServerWasRestarted) {
    std::set<std::string> accounts;
    for (int i = 0; i < 4; ++i)
        accounts.insert(live_user("restarted" + std::to_string(i)));
    world->stop();
    const bool all_knew = all_reach(accounts, State::retrying);
    world->start();
    EXPECT_TRUE(all_knew);
    EXPECT_TRUE(all_reach(accounts, State::live));
    for (const std::string& account : accounts)
        EXPECT_TRUE(check(account)) << account;
}

TEST_F(Outages, AServerThatStandsStillForAMomentLosesNoSession) {
    const std::string account = live_user("patient");
    LeaseClient client;
    {
        const Frozen frozen(*world);
        lease(account, client);
        // The daemon answers by itself; the server does when it goes on.
        EXPECT_THAT(client.line(), HasSubstr("a OK"));
        client.send("b NOOP\r\n");
    }
    EXPECT_THAT(client.answer("b").back(), HasSubstr("b OK"));
    client.command("c", "LOGOUT");
    EXPECT_TRUE(check(account));
    EXPECT_EQ(world->attempts(account), 1);
}

TEST_F(Outages, AreOverWhenConnectionsThatWereResetAreOpenedAnew) {
    const std::string idle = relayed_user("idle");
    const std::string used = relayed_user("used");
    LeaseClient client;
    sign_in_client(used, client);
    relay.reset();
    EXPECT_TRUE(reaches(idle, State::live));
    EXPECT_TRUE(check(used));
    EXPECT_TRUE(check(idle));
}

TEST_F(Outages, ASlowNetworkMakesThingsSlowAndNothingElse) {
    relay.slow_down(std::chrono::milliseconds(150));
    const std::string account = relayed_user("far");
    EXPECT_TRUE(check(account));
    EXPECT_TRUE(list(account));
    LeaseClient client;
    sign_in_client(account, client);
    EXPECT_THAT(client.command("b", "SELECT INBOX"), HasSubstr("OK"));
    client.command("c", "LOGOUT");
    EXPECT_TRUE(check(account));
    EXPECT_EQ(world->attempts(account), 1);
}

TEST_F(Outages, ASilentNetworkIsNoticedByAProbeAndOverWhenItSpeaksAgain) {
    const std::string account = relayed_user("cut-off");
    relay.silence();
    const auto checked = check(account);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().kind, ProblemKind::timed_out);
    relay.speak();
    EXPECT_TRUE(reaches(account, State::live));
    EXPECT_TRUE(check(account));
}

}  // namespace
}  // namespace gatepost::imap
