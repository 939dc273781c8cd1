#include "core/problem.h"

#include <array>
#include <stdexcept>

namespace gatepost {
namespace {

struct KindWords {
    ProblemKind kind;
    std::string_view name;
    std::string_view title;
};

// In the order of the enum, so that the kind is the index; a test holds them together.
constexpr std::array kind_words{
    KindWords{ProblemKind::bad_request, "bad-request", "The request is not valid"},
    KindWords{ProblemKind::invalid_address, "invalid-address", "This is not an e-mail address"},
    KindWords{ProblemKind::unknown_account, "unknown-account", "There is no such account"},
    KindWords{ProblemKind::not_found, "not-found", "There is nothing here"},
    KindWords{ProblemKind::not_allowed, "not-allowed", "This method is not allowed here"},
    KindWords{ProblemKind::operator_only, "operator-only", "This is for the operator only"},
    KindWords{ProblemKind::already_exists, "already-exists", "The account exists already"},
    KindWords{ProblemKind::conflict, "conflict", "The account was changed meanwhile"},
    KindWords{ProblemKind::too_large, "too-large", "The request is too large"},
    KindWords{ProblemKind::account_paused, "account-paused", "The account is paused"},
    KindWords{ProblemKind::settings_not_found, "settings-not-found",
              "No mail settings were found for this address"},
    KindWords{ProblemKind::settings_unproven, "settings-unproven",
              "The settings found must be confirmed first"},
    KindWords{ProblemKind::no_imap, "no-imap", "This provider offers no IMAP"},
    KindWords{ProblemKind::app_password_needed, "app-password-needed",
              "This provider needs an app password"},
    KindWords{ProblemKind::host_not_allowed, "host-not-allowed",
              "Connecting to this host is not allowed"},
    KindWords{ProblemKind::cannot_connect, "cannot-connect", "The mail server cannot be reached"},
    KindWords{ProblemKind::tls_failed, "tls-failed", "The connection cannot be made secure"},
    KindWords{ProblemKind::protocol_violation, "protocol-violation",
              "The mail server does not speak proper IMAP"},
    KindWords{ProblemKind::sign_in_refused, "sign-in-refused", "The provider refused to sign in"},
    KindWords{ProblemKind::provider_unavailable, "provider-unavailable",
              "The provider is not available for now"},
    KindWords{ProblemKind::overloaded, "overloaded", "Too much is going on at once"},
    KindWords{ProblemKind::timed_out, "timed-out", "It took too long"},
    KindWords{ProblemKind::cancelled, "cancelled", "It was cancelled"},
    KindWords{ProblemKind::vault_full, "vault-full", "The vault's disk is full"},
    KindWords{ProblemKind::vault_damaged, "vault-damaged", "A record of the vault is damaged"},
    KindWords{ProblemKind::root_key, "root-key", "The root key cannot be used"},
    KindWords{ProblemKind::configuration, "configuration", "The configuration is wrong"},
    KindWords{ProblemKind::internal, "internal", "Something went wrong inside Gatepost"},
};

const KindWords& words(ProblemKind kind) {
    return kind_words.at(static_cast<std::size_t>(kind));
}

}  // namespace

std::string_view name_of(ProblemKind kind) {
    return words(kind).name;
}

std::string_view title_of(ProblemKind kind) {
    return words(kind).title;
}

bool is_transient(ProblemKind kind) {
    switch (kind) {
        case ProblemKind::cannot_connect:
        case ProblemKind::tls_failed:
        case ProblemKind::protocol_violation:
        case ProblemKind::provider_unavailable:
        case ProblemKind::overloaded:
        case ProblemKind::timed_out:
            return true;
        default:
            return false;
    }
}

bool is_refusal(ProblemKind kind) {
    return kind == ProblemKind::sign_in_refused || kind == ProblemKind::app_password_needed ||
           kind == ProblemKind::no_imap;
}

std::string_view Problem::fact(std::string_view name) const {
    for (const auto& [key, value] : facts) {
        if (key == name) return value;
    }
    return {};
}

Problem Problem::with(std::string name, std::string value) && {
    facts.emplace_back(std::move(name), std::move(value));
    return std::move(*this);
}

void throw_exception_from_error(const Problem& problem, const boost::source_location& where) {
    throw std::logic_error("value() of a failed result at " + where.to_string() + ": " +
                           std::string(name_of(problem.kind)) + ": " + problem.detail);
}

}  // namespace gatepost
