// A reactor that runs, a real provider, and the test in the place of the connector: it gives the
// credentials that are wanted, and remembers what it is told.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "../connector/steered_world.h"
#include "imap/reactor.h"
#include "lease_client.h"

namespace gatepost::imap {

inline constexpr std::chrono::seconds event_patience{30};

class ReactorConversation : public testing::Test {
  protected:
    using State = AccountState::State;

    static void SetUpTestSuite();
    static void TearDownTestSuite();
    void SetUp() override;
    void TearDown() override;

    /// Starts the reactor anew, with `options`.
    void start();

    /// A mailbox at the provider with the password "right"; answers the account's id: its address.
    static std::string new_user(const std::string& name);
    static Settings settings_of(const std::string& account);

    void serve(const std::string& account, std::uint64_t version = 1);
    /// A new user whose account is served and live.
    std::string live_user(const std::string& name);
    Result<std::vector<std::string>> sign_in(const std::string& account, std::uint64_t version,
                                             const std::string& password = "right");
    Result<void> check(const std::string& account);
    Result<std::vector<Mailbox>> list(const std::string& account);
    SessionCounts count(const std::string& account);
    /// Asks until the account has as many idle ones.
    bool has_idle(const std::string& account, std::uint32_t sessions);

    /// The client asks with the tag "a"; `received` is what it sent behind that.
    void lease(const std::string& account, LeaseClient& client, std::string received = {});
    /// A client that was told that it is signed in.
    void sign_in_client(const std::string& account, LeaseClient& client);

    /// The next event of the account that tells this state; what came before it is forgotten.
    std::optional<AccountState> reaches(const std::string& account, State state);
    /// The answer to a request, or the next event of the kind that is accepted.
    template <class Wanted, class Accept>
    std::optional<Wanted> next(Accept accept, std::chrono::seconds patience = event_patience);

    /// The sessions that the provider has of the user, once they are as many as expected, or after
    /// all patience. The provider notes the end of a session a little after it.
    static int sessions_settled(const std::string& address, int expected);

    static inline SteeredWorld* world = nullptr;

    ReactorOptions options;
    std::unique_ptr<Reactor> reactor;
    std::map<std::string, std::string> passwords;  ///< other than "right"; set before serving
    std::size_t credentials_given = 0;

  private:
    void on_event(Event event);

    net::EgressPolicy egress_ = *net::EgressPolicy::make({"127.0.0.0/8"}, {143, 993});
    std::unique_ptr<net::TlsContext> tls_;
    Reactor* running_ = nullptr;  ///< also while `reactor` is being reset
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Event> events_;
    RequestId last_request_ = 0;
};

template <class Wanted, class Accept>
std::optional<Wanted> ReactorConversation::next(Accept accept, std::chrono::seconds patience) {
    const auto end = std::chrono::steady_clock::now() + patience;
    std::unique_lock lock(mutex_);
    for (;;) {
        while (!events_.empty()) {
            Event event = std::move(events_.front());
            events_.pop_front();
            auto* wanted = std::get_if<Wanted>(&event);
            if (wanted != nullptr && accept(*wanted)) return std::move(*wanted);
        }
        if (arrived_.wait_until(lock, end) == std::cv_status::timeout) return std::nullopt;
    }
}

}  // namespace gatepost::imap
