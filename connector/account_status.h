// An account's state and how it changes: by what its reactor tells and by what callers ask for.
// Pure: no clock, no socket, no thread. Events that concern an older version of the account change
// nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "connector/connector.h"

namespace gatepost::connector {

class AccountStatus {
  public:
    using Time = std::chrono::system_clock::time_point;

    /// As the record stands; an active account is one that is about to be served. What its version
    /// signs in with is its credential, up to renew_credential().
    AccountStatus(const vault::AccountRecord& record, Time now);

    [[nodiscard]] AccountState state() const { return state_; }
    [[nodiscard]] const std::optional<Problem>& problem() const { return problem_; }
    [[nodiscard]] std::optional<Time> retry_at() const { return retry_at_; }
    /// How the provider turned the credential down, if it did. A pause does not change it: nothing
    /// is to be tried again when it ends.
    [[nodiscard]] const std::optional<Problem>& refusal() const { return refusal_; }
    [[nodiscard]] const std::vector<std::string>& capabilities() const { return capabilities_; }
    /// When the state became what it is.
    [[nodiscard]] Time since() const { return since_; }
    /// True when the reactor serves the account, and does so by this version.
    [[nodiscard]] bool is_served_as(std::uint64_t version) const { return served_ == version; }

    /// The reactor was told to serve this version, and has yet to sign in.
    void serve(std::uint64_t version, Time now);
    /// The same, right after the provider signed us in with this version's credential.
    void serve_signed_in(std::uint64_t version, std::vector<std::string> capabilities, Time now);
    void pause(Time now);
    /// From this version on the account signs in with what the provider has just taken: refusals of
    /// earlier versions mean nothing any more.
    void renew_credential(std::uint64_t version);
    /// The provider turned the credential down: from here on events are ignored until serve().
    void refuse(Problem problem, Time now);

    /// What the reactor says. Answers whether it concerns the version that is served, or is a
    /// refusal of the credential: that counts from any version that had the same one, also when the
    /// account was paused meanwhile, and resumed.
    bool apply(const imap::AccountState& event, Time now);

  private:
    void enter(AccountState state, Time now);
    [[nodiscard]] bool is_refusal_of_credential(const imap::AccountState& event) const;

    AccountState state_ = AccountState::connecting;
    std::optional<Problem> problem_;
    std::optional<Problem> refusal_;
    std::uint64_t credential_since_;  ///< the first version that has it
    std::optional<Time> retry_at_;    ///< only while retrying
    std::vector<std::string> capabilities_;
    Time since_;
    std::optional<std::uint64_t> served_;
};

/// Why an account in this state can give no session: account_paused, or the provider's refusal.
std::optional<Problem> why_no_sessions(const AccountStatus& status);

}  // namespace gatepost::connector
