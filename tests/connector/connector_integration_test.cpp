// The connector with a real vault, real discovery and real reactors, against a real provider:
// mailboxes are connected by their address and password, and stay so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>

#include "connector/connector.h"
#include "discovery/discovery.h"
#include "net/cares_resolver.h"
#include "net/dialer.h"
#include "net/tls.h"
#include "steered_world.h"

namespace gatepost::connector {
namespace {

namespace asio = boost::asio;

// How long something may take that must happen; only a test that fails waits for it.
constexpr std::chrono::seconds patience{30};

std::filesystem::path make_directory() {
    std::string name = (std::filesystem::temp_directory_path() / "gatepost-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    return name;
}

class Mailboxes : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = new SteeredWorld;
        ASSERT_FALSE(world->dns_server().empty()) << "the world did not start";
    }

    static void TearDownTestSuite() {
        delete world;
        world = nullptr;
    }

    void SetUp() override {
        directory = make_directory();
        ASSERT_TRUE(vault::make_root_key(directory / "root.key"));
        tls = std::move(*net::TlsContext::make(world->ca_file()));
        resolver = std::move(*net::CaresResolver::make(context.get_executor(), dns()));
        dialer = std::make_unique<net::TcpDialer>(*resolver, egress);
        https = std::make_unique<net::DialingHttpsClient>(*dialer, *tls);
        prober = std::make_unique<discovery::DialingProber>(*dialer, *tls, egress);
        searching = std::make_unique<discovery::Discovery>(*resolver, *https, *prober,
                                                           discovery::DiscoveryOptions{});
        discovery = std::make_unique<discovery::CachedDiscovery>(
            [this](discovery::Address address) { return searching->discover(std::move(address)); },
            searching->providers());
        start();
    }

    void TearDown() override {
        stop();
        std::filesystem::remove_all(directory);
    }

    static net::ResolverOptions dns() {
        net::ResolverOptions options;
        options.servers = {world->dns_server()};
        return options;
    }

    void start() {
        auto opened = vault::Vault::open(
            {directory / "vault.db", "file:" + (directory / "root.key").string()});
        ASSERT_TRUE(opened) << opened.error().detail;
        vault = std::move(*opened);
        imap::ReactorOptions options;
        options.dns = dns();
        auto started = Connector::start(
            {context.get_executor(), *vault, *discovery, egress, options, *tls, 2});
        ASSERT_TRUE(started) << started.error().detail;
        connector = std::move(*started);
    }

    void stop() {
        if (!connector) return;
        run(stop_politely());
        connector.reset();
        vault.reset();
    }

    void restart() {
        stop();
        start();
    }

    asio::awaitable<bool> stop_politely() {
        co_await connector->stop(net::after(patience));
        co_return true;
    }

    template <class T>
    T run(asio::awaitable<T> operation) {
        std::optional<T> result;
        asio::co_spawn(context, std::move(operation), [&](std::exception_ptr thrown, T value) {
            if (thrown) std::rethrow_exception(thrown);
            result = std::move(value);
        });
        context.restart();
        while (!result && context.run_one() > 0) {
        }
        return std::move(*result);
    }

    /// Runs until the account is in the state; false if that takes too long.
    bool reaches(const std::string& account, AccountState state) {
        asio::steady_timer alarm(context, patience);
        // Shared: the handler of the alarm that is switched off runs after this has returned.
        const auto too_late = std::make_shared<bool>(false);
        alarm.async_wait([too_late](boost::system::error_code error) { *too_late = !error; });
        bool reached = false;
        connector->on_state_change = [&](const Connector::StateChange& change) {
            if (change.email == account && change.state == state) reached = true;
        };
        const auto now = run(connector->find(id_of(account)));
        reached = reached || (now && now->state == state);
        context.restart();
        while (!reached && !*too_late && context.run_one() > 0) {
        }
        connector->on_state_change = nullptr;
        return reached;
    }

    /// The sessions that the provider has of the user, once they are as many as expected, or after
    /// all patience. The provider notes the end of a session a little after it.
    static int sessions_settled(const std::string& address, int expected) {
        const auto end = std::chrono::steady_clock::now() + patience;
        int sessions = world->sessions(address);
        while (sessions != expected && std::chrono::steady_clock::now() < end) {
            sessions = world->sessions(address);
        }
        return sessions;
    }

    /// Of the account that request() connects.
    static std::string id_of(const std::string& address) {
        return address.substr(0, address.find('@'));
    }

    static ConnectRequest request(const std::string& address, std::string_view password) {
        ConnectRequest request;
        request.id = id_of(address);
        request.email = address;
        request.password = Secret::copy_of(password);
        return request;
    }

    static ConnectRequest request_with_settings(const std::string& address,
                                                std::string_view password) {
        ConnectRequest with_settings = request(address, password);
        with_settings.imap.emplace();
        with_settings.imap->host = "imap.provider.example";
        return with_settings;
    }

    std::string new_user(const std::string& name) {
        const std::string address = name + "@provider.example";
        world->add_user(address, "right");
        return address;
    }

    std::string connected_user(const std::string& name) {
        std::string address = new_user(name);
        const auto connected = run(connector->connect(request(address, "right")));
        EXPECT_TRUE(connected) << connected.error().problem.detail;
        return address;
    }

    static inline SteeredWorld* world = nullptr;

    asio::io_context context;
    std::filesystem::path directory;
    net::EgressPolicy egress = *net::EgressPolicy::make({"127.0.0.0/8"}, {143, 993});
    std::unique_ptr<net::TlsContext> tls;
    std::unique_ptr<net::CaresResolver> resolver;
    std::unique_ptr<net::TcpDialer> dialer;
    std::unique_ptr<net::DialingHttpsClient> https;
    std::unique_ptr<discovery::DialingProber> prober;
    std::unique_ptr<discovery::Discovery> searching;
    std::unique_ptr<discovery::CachedDiscovery> discovery;
    std::unique_ptr<vault::Vault> vault;
    std::unique_ptr<Connector> connector;
};

TEST_F(Mailboxes, AreConnectedByAddressAndPasswordAlone) {
    const std::string alice = new_user("alice");
    const auto connected = run(connector->connect(request(alice, "right")));
    ASSERT_TRUE(connected) << connected.error().problem.detail;
    const Account& account = connected->account;
    EXPECT_EQ(account.state, AccountState::live);
    EXPECT_EQ(account.record.settings.host, "imap.provider.example");
    EXPECT_EQ(account.sessions.idle, 1U);
    EXPECT_THAT(account.capabilities, testing::Contains("IDLE"));
}

TEST_F(Mailboxes, AreSignedInToOnceForConnectingAndServing) {
    const std::string once = connected_user("once");
    ASSERT_TRUE(reaches(once, AccountState::live));
    EXPECT_TRUE(run(connector->verify(id_of(once))));
    EXPECT_EQ(world->attempts(once), 1);
    EXPECT_EQ(sessions_settled(once, 1), 1);
}

TEST_F(Mailboxes, AreConnectedByStartTlsToo) {
    const std::string carol = new_user("carol");
    ConnectRequest starttls = request_with_settings(carol, "right");
    starttls.imap->security = Security::starttls;
    const auto connected = run(connector->connect(std::move(starttls)));
    ASSERT_TRUE(connected) << connected.error().problem.detail;
    EXPECT_EQ(connected->account.record.settings.port, 143);
}

TEST_F(Mailboxes, AreListedThroughTheirSession) {
    const std::string lister = connected_user("lister");
    const auto mailboxes = run(connector->mailboxes(id_of(lister)));
    ASSERT_TRUE(mailboxes) << mailboxes.error().detail;
    EXPECT_THAT(*mailboxes, testing::Contains(testing::Field(&imap::Mailbox::name, "INBOX")));
    EXPECT_EQ(world->attempts(lister), 1);
}

TEST_F(Mailboxes, WithAWrongPasswordAreNotStored) {
    const std::string mallory = new_user("mallory");
    const auto refused = run(connector->connect(request(mallory, "wrong")));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().problem.kind, ProblemKind::sign_in_refused);
    EXPECT_EQ(world->attempts(mallory), 1);
    restart();
    EXPECT_EQ(run(connector->find(id_of(mallory))).error().kind, ProblemKind::unknown_account);
}

TEST_F(Mailboxes, OfUnknownDomainsAreToldWithTheEvidence) {
    const auto refused = run(connector->connect(request("alice@mx-unknown.example", "right")));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().problem.kind, ProblemKind::settings_not_found);
    ASSERT_TRUE(refused.error().report);
    EXPECT_FALSE(refused.error().report->evidence.empty());
}

TEST_F(Mailboxes, ThatOnlyTheDnsPutsElsewhereGetNoPasswordUntilTheCallerAgrees) {
    const std::string olivia = "olivia@srv-outside.example";
    world->add_user(olivia, "right");
    const auto question = run(connector->connect(request(olivia, "right")));
    ASSERT_FALSE(question);
    EXPECT_EQ(question.error().problem.kind, ProblemKind::settings_unproven);
    EXPECT_EQ(world->attempts(olivia), 0);

    ConnectRequest agreed = request(olivia, "right");
    agreed.accept_unproven = true;
    const auto connected = run(connector->connect(std::move(agreed)));
    ASSERT_TRUE(connected) << connected.error().problem.detail;
    EXPECT_EQ(connected->account.record.settings.host, "imap.provider.example");
}

TEST_F(Mailboxes, BehindBadCertificatesGetNoPassword) {
    const std::string victim = new_user("victim");
    ConnectRequest bad = request_with_settings(victim, "right");
    bad.imap->host = "unknown-ca.provider.example";
    const auto refused = run(connector->connect(std::move(bad)));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().problem.kind, ProblemKind::tls_failed);
    EXPECT_EQ(world->attempts(victim), 0);
}

TEST_F(Mailboxes, AreServedAgainAfterARestartWithOneSignInMore) {
    const std::string bob = connected_user("bob");
    restart();
    ASSERT_TRUE(reaches(bob, AccountState::live));
    EXPECT_EQ(world->attempts(bob), 2);
}

TEST_F(Mailboxes, ConnectedTwiceAtTheSameTimeAreConnectedOnce) {
    const std::string twin = new_user("twin");
    std::optional<Outcome<Connected>> first;
    asio::co_spawn(
        context, connector->connect(request(twin, "right")),
        [&](std::exception_ptr, Outcome<Connected> result) { first = std::move(result); });
    const auto second = run(connector->connect(request(twin, "right")));
    context.restart();
    while (!first && context.run_one() > 0) {
    }
    EXPECT_NE(first->has_value(), second.has_value());
    const Problem& problem = first->has_value() ? second.error().problem : first->error().problem;
    EXPECT_EQ(problem.kind, ProblemKind::already_exists);
    EXPECT_EQ(world->attempts(twin), 1);
}

TEST_F(Mailboxes, ThatAreRemovedHaveNoSessionsAndDoNotComeBack) {
    const std::string dave = connected_user("dave");
    ASSERT_TRUE(run(connector->remove(id_of(dave))));
    EXPECT_EQ(sessions_settled(dave, 0), 0);
    restart();
    EXPECT_EQ(run(connector->find(id_of(dave))).error().kind, ProblemKind::unknown_account);
}

TEST_F(Mailboxes, ThatArePausedHaveNoSessionsUntilTheyAreResumed) {
    const std::string erin = connected_user("erin");
    ASSERT_TRUE(run(connector->pause(id_of(erin))));
    EXPECT_EQ(sessions_settled(erin, 0), 0);
    restart();
    EXPECT_EQ(run(connector->find(id_of(erin)))->state, AccountState::paused);
    EXPECT_EQ(world->attempts(erin), 1);
    ASSERT_TRUE(run(connector->resume(id_of(erin))));
    ASSERT_TRUE(reaches(erin, AccountState::live));
    EXPECT_EQ(world->attempts(erin), 2);
}

TEST_F(Mailboxes, ComeBackWhenTheProviderEndsTheSession) {
    const std::string frank = connected_user("frank");
    ASSERT_TRUE(reaches(frank, AccountState::live));
    world->kick(frank);
    while (world->attempts(frank) < 2) {
        context.restart();
        context.run_for(std::chrono::milliseconds(50));
    }
    EXPECT_TRUE(reaches(frank, AccountState::live));
}

TEST_F(Mailboxes, WhosePasswordWasChangedAreTriedOnceAndThenRefusedForGood) {
    const std::string grace = connected_user("grace");
    ASSERT_TRUE(reaches(grace, AccountState::live));
    world->set_password(grace, "newer");
    world->kick(grace);
    ASSERT_TRUE(reaches(grace, AccountState::refused));
    EXPECT_EQ(world->attempts(grace), 2);

    imap::OwnedFd client;
    EXPECT_EQ(connector->lease(id_of(grace), client, "a1", "").error().kind,
              ProblemKind::sign_in_refused);
    restart();
    EXPECT_EQ(run(connector->find(id_of(grace)))->state, AccountState::refused);
    EXPECT_EQ(world->attempts(grace), 2);
    EXPECT_EQ(run(connector->verify(id_of(grace))).error().kind, ProblemKind::sign_in_refused);

    ChangeRequest change;
    change.password = Secret::copy_of("newer");
    const auto changed = run(connector->change(id_of(grace), std::move(change)));
    ASSERT_TRUE(changed) << changed.error().problem.detail;
    EXPECT_EQ(changed->state, AccountState::live);
    EXPECT_EQ(world->attempts(grace), 4);
}

TEST_F(Mailboxes, AreReplacedByAPutThatSignsInOnce) {
    const std::string heidi = new_user("heidi");
    for (const bool created : {true, false}) {
        ConnectRequest put = request(heidi, "right");
        const auto done = run(connector->put(std::move(put)));
        ASSERT_TRUE(done) << done.error().problem.detail;
        EXPECT_EQ(done->created, created);
    }
    EXPECT_TRUE(run(connector->verify(id_of(heidi))));
    EXPECT_EQ(world->attempts(heidi), 2);
    EXPECT_EQ(sessions_settled(heidi, 1), 1);
}

TEST_F(Mailboxes, AreLeasedToAClient) {
    const std::string ivan = connected_user("ivan");
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    imap::OwnedFd client(ends[0]);
    const imap::OwnedFd other_end(ends[1]);
    const auto leased = connector->lease(id_of(ivan), client, "a1", "");
    ASSERT_TRUE(leased) << leased.error().detail;
    std::array<char, 512> answer{};
    const ssize_t bytes = ::read(other_end.get(), answer.data(), answer.size());
    ASSERT_GT(bytes, 0);
    EXPECT_EQ(std::string(answer.data(), 5), "a1 OK");
    EXPECT_EQ(world->attempts(ivan), 1);
}

}  // namespace
}  // namespace gatepost::connector
