// Hosts: what a reactor knows of the mail servers of its accounts: which of them are dead, so that
// their accounts do not ask one after the other, and how fast sign-ins may follow each other at one
// of them. A host is known by a name of the caller's choice, "imap.example.com:993". Bounded: who
// behaves is forgotten. Pure; one reactor's.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>

#include "imap/breaker.h"
#include "imap/token_bucket.h"

namespace gatepost::imap {

class Hosts {
  public:
    using Time = net::Clock::time_point;

    /// @param pace of the sign-ins at each host
    Hosts(TokenRate pace, Random random);
    Hosts(const Hosts&) = delete;
    Hosts& operator=(const Hosts&) = delete;

    /// One sign-in at a host, which it remembers, whatever becomes of the account meanwhile.
    /// Destroyed without a report it was given up, and tells nothing of the host. Not to outlive
    /// the hosts.
    class Attempt {
      public:
        Attempt(Attempt&& other) noexcept
            : hosts_(std::exchange(other.hosts_, nullptr)),
              host_(std::move(other.host_)),
              is_probe_(other.is_probe_) {}
        Attempt& operator=(Attempt&& other) noexcept {
            std::swap(hosts_, other.hosts_);
            std::swap(host_, other.host_);
            std::swap(is_probe_, other.is_probe_);
            return *this;
        }
        Attempt(const Attempt&) = delete;
        Attempt& operator=(const Attempt&) = delete;
        ~Attempt();

        void succeeded();
        /// Where the problem is not the host's, the host has answered.
        void failed(const Problem& problem, Time now);

      private:
        friend class Hosts;
        Attempt(Hosts& hosts, std::string host, bool is_probe)
            : hosts_(&hosts), host_(std::move(host)), is_probe_(is_probe) {}

        Hosts* hosts_;  ///< null: reported
        std::string host_;
        bool is_probe_;  ///< the one that the breaker let through
    };

    /// When the pace allows another sign-in at the host: now, where that has passed.
    [[nodiscard]] Time next_sign_in(const std::string& host) const;
    /// Begins one, if the host is not known to be dead.
    /// @param insists begins it even then
    std::variant<Attempt, Breaker::Blocked> begin(const std::string& host, bool insists, Time now);

    /// A session with the host ended by itself. Answers within which time the account should come
    /// back, at a random moment: a blink for a single one, and as long as the pace needs for all of
    /// them when the host has ended many.
    std::chrono::milliseconds lost_session(const std::string& host, Time now);

    /// How many are remembered.
    [[nodiscard]] std::size_t size() const { return hosts_.size(); }

  private:
    struct Host {
        explicit Host(TokenRate pace) : sign_ins(pace), losses(pace) {}
        [[nodiscard]] bool is_forgettable(Time now) const;

        Breaker breaker;
        TokenBucket sign_ins;
        TokenBucket losses;
        Time used_at{};
    };

    Host* find(const std::string& host);
    Host* remember(const std::string& host, Time now);
    void forget(Time now);

    TokenRate pace_;
    Random random_;
    std::unordered_map<std::string, Host> hosts_;
    std::size_t forget_at_;  ///< as many as are worth a look for those that can be forgotten
    Time forget_not_before_ = Time::min();
};

}  // namespace gatepost::imap
