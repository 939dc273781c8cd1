// What went wrong, as a value: a kind from one closed list, a sentence for a person, facts for the
// caller. Every folder returns these; only daemon/ turns them into HTTP answers and log lines.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/assert/source_location.hpp>

namespace gatepost {

/// The kinds of problem. Their names, with '-' for '_', are the contract's
/// `urn:gatepost:problem:NAME`.
enum class ProblemKind {
    // The request itself.
    bad_request,      ///< malformed, or a field that is unknown, missing or of the wrong type
    invalid_address,  ///< not an e-mail address
    unknown_account,  ///< no account has this id or address
    not_found,        ///< no such path or resource
    not_allowed,      ///< the method is not allowed here
    operator_only,    ///< only who operates Gatepost may do this
    already_exists,   ///< the id or the address is taken
    conflict,         ///< the account changed meanwhile (its version is another)
    too_large,        ///< the request exceeds a limit
    account_paused,   ///< the account is paused, so it has no sessions
    // Finding settings.
    settings_not_found,   ///< no source knows settings for the domain
    settings_unproven,    ///< found, but the user has to confirm them before a secret is sent
    no_imap,              ///< the provider offers no IMAP
    app_password_needed,  ///< the provider wants an app password instead of the account's own
    // Reaching the provider.
    host_not_allowed,    ///< the egress policy forbids the address or port
    cannot_connect,      ///< fact `reason`: dns, refused, timeout or unreachable
    tls_failed,          ///< fact `reason`: what is wrong, e.g. `expired`, `hostname`, `untrusted`
    protocol_violation,  ///< the peer broke its protocol, or a limit against hostile peers
    // Signing in.
    sign_in_refused,       ///< the provider turned the credentials down; never try them again
    provider_unavailable,  ///< the provider said to come back later (UNAVAILABLE, LIMIT, INUSE,
                           ///< BYE)
    // Gatepost itself.
    overloaded,     ///< a bound is reached; try again later
    timed_out,      ///< a deadline passed
    cancelled,      ///< whoever asked has gone, or the daemon stops
    vault_full,     ///< the disk is full: nothing was stored
    vault_damaged,  ///< a record does not open or does not read
    root_key,       ///< the root key is missing, malformed, readable by others, or the wrong one
    configuration,  ///< the configuration is wrong
    internal,       ///< a bug
};

/// The kind's name as the contract spells it: "cannot-connect".
std::string_view name_of(ProblemKind kind);

/// A few words that fit every problem of the kind: "The mail server cannot be reached".
std::string_view title_of(ProblemKind kind);

/// True when trying again later, unchanged, may work: back off and retry.
bool is_transient(ProblemKind kind);

/// True when the provider judged the credentials: trying them again can lock the user out.
bool is_refusal(ProblemKind kind);

struct Problem {
    ProblemKind kind = ProblemKind::internal;
    /// One sentence or two for a person: what happened and what to do. Never holds a secret.
    std::string detail;
    /// What the caller needs to go on, by name: {"reason", "expired"}, {"host",
    /// "imap.example.com"}.
    std::vector<std::pair<std::string, std::string>> facts{};

    /// The fact's value, or an empty view.
    [[nodiscard]] std::string_view fact(std::string_view name) const;
    /// Adds a fact and returns the problem, for building one in an expression.
    Problem with(std::string name, std::string value) &&;

    bool operator==(const Problem&) const = default;
};

/// Called by Result::value() on an error, which is a bug in the caller: throws std::logic_error.
[[noreturn]] void throw_exception_from_error(const Problem& problem,
                                             const boost::source_location& where);

}  // namespace gatepost
