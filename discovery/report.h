// What discovery found: the contract's discovery result, each fact with its source and its trust.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/settings.h"

namespace gatepost::discovery {

/// The sources in order of rank, best first. A lower rank never overrides a higher one.
enum class SourceKind { providers, pacc, autoconfig, srv, ispdb, mx, autodiscover, guess };

enum class Outcome { found, not_found, failed, timed_out, refused, skipped };

std::string_view name_of(SourceKind source);
std::string_view name_of(Outcome outcome);

/// OAuth at the provider, where it is possible.
struct OAuthFacts {
    std::string provider;  ///< "google", "microsoft", "yahoo", or the provider's id
    std::string issuer;
    std::string authorization_endpoint;
    std::string token_endpoint;
    std::vector<std::string> scopes;
    std::string from{};  ///< where this was read: a URL, "compiled in"; empty where it is not told

    bool operator==(const OAuthFacts&) const = default;
};

struct Provider {
    std::string id;    ///< "gmail.com"; the domain where nothing better is known
    std::string name;  ///< for people: "Gmail"

    bool operator==(const Provider&) const = default;
};

struct Document {
    std::string url;
    std::string title;
    std::string language;  ///< "en"; empty when unknown

    bool operator==(const Document&) const = default;
};

/// One way to the mailbox that a source names.
struct Candidate {
    Settings settings;
    bool proven = false;

    bool operator==(const Candidate&) const = default;
};

/// What one source said, and how far it can be trusted.
struct Evidence {
    SourceKind source = SourceKind::providers;
    Outcome outcome = Outcome::not_found;
    std::string from;    ///< what was asked: a URL, a DNS name and type, "compiled in"
    std::string detail;  ///< for people: why it failed, or what is special about it
    bool proven = false;
    std::chrono::milliseconds took{0};
    std::vector<Candidate> candidates;  ///< best first
    std::optional<Provider> provider;
    std::optional<OAuthFacts> oauth;
    std::vector<Document> documentation;
    bool no_imap = false;       ///< the provider is known to offer no IMAP
    bool app_password = false;  ///< the provider wants an app password
};

struct Report {
    std::string email;  ///< normalised
    bool found = false;
    Provider provider;
    Settings settings;  ///< when found
    std::optional<OAuthFacts> oauth;
    bool proven = false;
    bool no_imap = false;
    bool app_password = false;
    std::vector<Evidence> evidence;  ///< in order of rank
    std::vector<Candidate> alternatives;
    std::vector<Document> documentation;
    std::chrono::milliseconds took{0};
};

}  // namespace gatepost::discovery
