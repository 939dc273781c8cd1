// What connected accounts are used for: leases, lists, health; and the end of it.
#include <sys/socket.h>

#include <array>
#include <set>

#include "connector_conversation.h"

namespace gatepost::connector {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Leasing : public ConnectorTest {
  protected:
    Leasing() {
        std::array<int, 2> ends{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
        client = imap::OwnedFd(ends[0]);
        other_end = imap::OwnedFd(ends[1]);
    }

    Result<void> lease(std::string_view account) {
        return connector->lease(account, client, "a1", "");
    }

    imap::OwnedFd client;
    imap::OwnedFd other_end;
};

TEST_F(Leasing, GivesTheDescriptorToTheAccountsReactor) {
    connect("alice");
    EXPECT_TRUE(lease("alice"));
    EXPECT_EQ(client.get(), -1);
    EXPECT_THAT(reactors.told, ElementsAre("Lease alice"));
}

TEST_F(Leasing, ThatFailsLeavesTheDescriptorToItsCaller) {
    connect("alice");
    EXPECT_EQ(lease("nobody").error().kind, ProblemKind::unknown_account);
    tell_refused("alice", 1);
    EXPECT_EQ(lease("alice").error().kind, ProblemKind::sign_in_refused);
    ASSERT_TRUE(run(connector->pause("alice")));
    EXPECT_EQ(lease("alice").error().kind, ProblemKind::account_paused);
    EXPECT_GE(client.get(), 0);
}

class Naming : public ConnectorTest {
  protected:
    void connect_for(const std::string& application, const std::string& id) {
        ConnectRequest asked = request("alice");
        asked.application = application;
        asked.id = id;
        ASSERT_TRUE(run(connector->connect(std::move(asked))));
    }

    std::string id_of(std::string_view name, const Scope& scope) const {
        const auto id = connector->identify(name, scope);
        return id ? *id : std::string(name_of(id.error().kind));
    }

    static Scope of(std::optional<std::string> application, std::set<std::string> admitted) {
        return {std::move(application), [admitted](std::string_view asked) {
                    return admitted.contains(std::string(asked));
                }};
    }
};

TEST_F(Naming, IsByIdOrByAddress) {
    connect_for("default", "one");
    const Scope all = of(std::nullopt, {"default"});
    EXPECT_EQ(id_of("one", all), "one");
    EXPECT_EQ(id_of("alice@EXAMPLE.com", all), "one");
    EXPECT_EQ(id_of("alice", all), "unknown-account");
    EXPECT_EQ(id_of("bob@example.com", all), "unknown-account");
    EXPECT_EQ(id_of("@", all), "unknown-account");
}

TEST_F(Naming, FindsNothingOutsideTheScope) {
    connect_for("crm", "one");
    for (const char* name : {"one", "alice@example.com"}) {
        EXPECT_EQ(id_of(name, of(std::nullopt, {"crm"})), "one");
        EXPECT_EQ(id_of(name, of("crm", {"crm"})), "one");
        EXPECT_EQ(id_of(name, of(std::nullopt, {"default"})), "unknown-account");
        EXPECT_EQ(id_of(name, of("default", {"default", "crm"})), "unknown-account");
        EXPECT_EQ(id_of(name, of("crm", {"default"})), "unknown-account");
    }
}

TEST_F(Naming, ByAnAddressOfSeveralApplicationsIsAmbiguousUnlessOneIsMeant) {
    connect_for("default", "one");
    connect_for("crm", "two");
    EXPECT_EQ(id_of("alice@example.com", of(std::nullopt, {"default", "crm"})), "conflict");
    EXPECT_EQ(id_of("alice@example.com", of("crm", {"default", "crm"})), "two");
    EXPECT_EQ(id_of("alice@example.com", of(std::nullopt, {"default"})), "one");
    EXPECT_EQ(id_of("two", of(std::nullopt, {"default", "crm"})), "two");
}

using Listing = ConnectorTest;

TEST_F(Listing, AccountsComeInTheOrderOfTheirIdsWithTheirSessions) {
    connect("bob");
    connect("alice");
    const AccountList list = run(connector->list({}));
    ASSERT_EQ(list.accounts.size(), 2U);
    EXPECT_EQ(list.accounts[0].record.id, "alice");
    EXPECT_EQ(list.accounts[1].record.id, "bob");
    EXPECT_EQ(list.accounts[1].sessions.idle, 1U);
    EXPECT_FALSE(list.more);
}

TEST_F(Listing, AddressIsNormalisedBeforeItIsLookedFor) {
    connect("alice");
    ListFilter filter;
    filter.email = " alice@Example.COM";
    EXPECT_EQ(run(connector->list(filter)).accounts.size(), 1U);
}

TEST_F(Listing, MailboxesComeFromTheAccountsReactor) {
    connect("alice");
    reactors.mailboxes = {{"INBOX", '/', {}}};
    const auto mailboxes = run(connector->mailboxes("alice"));
    ASSERT_TRUE(mailboxes);
    EXPECT_EQ(mailboxes->front().name, "INBOX");
    ASSERT_TRUE(run(connector->pause("alice")));
    EXPECT_EQ(run(connector->mailboxes("alice")).error().kind, ProblemKind::account_paused);
}

TEST_F(Listing, HealthCountsTheAccountsByTheirStates) {
    connect("alice");
    connect("bob");
    tell_refused("bob", 1);
    EXPECT_EQ(connector->health().accounts.at(AccountState::live), 1U);
    EXPECT_EQ(connector->health().accounts.at(AccountState::refused), 1U);
    EXPECT_EQ(connector->health().reactors.size(), 2U);
    ASSERT_TRUE(run(connector->remove("alice")));
    EXPECT_EQ(connector->health().accounts.at(AccountState::live), 0U);
}

using Stopping = ConnectorTest;

asio::awaitable<bool> stop(Connector& connector) {
    co_await connector.stop(net::after(std::chrono::seconds(5)));
    co_return true;
}

TEST_F(Stopping, EndsWhatWaitsForTheProviderAndStopsEachReactor) {
    reactors.hold_sign_ins = true;
    const auto waiting = begin(connector->connect(request("alice")));
    EXPECT_TRUE(run(stop(*connector)));
    settle();
    ASSERT_TRUE(waiting->result);
    ASSERT_FALSE(*waiting->result);
    EXPECT_EQ(waiting->result->error().problem.kind, ProblemKind::cancelled);
    EXPECT_THAT(reactors.told, ElementsAre("SignIn alice v1 right", "Stop", "Stop"));
}

TEST_F(Stopping, StatesThatSessionsReachByBeingClosedAreNotTaken) {
    connect("alice");
    EXPECT_TRUE(run(stop(*connector)));
    tell_state("alice", imap::AccountState::State::connecting, 1);
    EXPECT_THAT(changes, IsEmpty());
}

TEST_F(Stopping, DestroyedWhileSomethingGoesOnItEndsThatToo) {
    reactors.hold_sign_ins = true;
    const auto waiting = begin(connector->connect(request("alice")));
    connector.reset();
    settle();
    ASSERT_TRUE(waiting->result);
    EXPECT_FALSE(*waiting->result);
    EXPECT_THAT(file.rows, IsEmpty());
}

}  // namespace
}  // namespace gatepost::connector
