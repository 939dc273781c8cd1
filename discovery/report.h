// What discovery found: the contract's discovery result, each fact with its source and its trust.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/problem.h"
#include "core/settings.h"

namespace gatepost::discovery {

/// The sources in order of rank, best first. A lower rank never overrides a higher one.
enum class SourceKind { providers, pacc, autoconfig, srv, ispdb, mx, autodiscover, guess };
inline constexpr std::size_t source_count = 8;

enum class Outcome { found, not_found, failed, timed_out, refused, skipped };
inline constexpr std::size_t outcome_count = 6;

std::string_view name_of(SourceKind source);
std::string_view name_of(Outcome outcome);

/// What became of a question that the network answered with this problem. A name that does not
/// exist is an answer: most domains have none of the hosts that are asked.
Outcome outcome_of(const Problem& problem);

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

/// A place where an IMAP server may be, whoever signs in there.
struct Server {
    std::string host;
    std::uint16_t port = 993;
    Security security = Security::tls;

    bool operator==(const Server&) const = default;
};

Server server_of(const Settings& settings);
/// For people: "imap.example.com:993".
std::string text_of(const Server& server);

/// What asking a server itself has shown.
struct Probe {
    /// found: an IMAP server answered under a certificate that is valid for its name. skipped: it
    /// was not asked, and the detail says why.
    Outcome outcome = Outcome::skipped;
    std::string detail;  ///< for people: why it did not answer, or is of no use
    std::chrono::milliseconds took{0};
    /// The ways to sign in that it offers, when found. It may offer none that is known here.
    std::vector<AuthMethod> auth;

    bool operator==(const Probe&) const = default;
};

struct ProbedServer {
    Server server;
    Probe probe;
};

/// One way to the mailbox that a source names.
struct Candidate {
    Settings settings;
    bool proven = false;
    std::optional<Probe> probe{};  ///< of its server, when it was asked; set in reports only

    bool operator==(const Candidate&) const = default;
};

/// A server that a source names without TLS. It is never settings, but its host may offer TLS.
struct PlainServer {
    std::string host;
    std::string username;
    std::vector<AuthMethod> auth{AuthMethod::password};
    bool proven = false;  ///< that the host is the right one
};

/// What one source said, and how far it can be trusted.
struct Evidence {
    SourceKind source = SourceKind::providers;
    Outcome outcome = Outcome::not_found;
    std::string from;    ///< what was asked: a URL, a DNS name and type, "compiled in"
    std::string detail;  ///< for people: why it failed, or what is special about it
    bool proven = false;
    std::chrono::milliseconds took{0};
    /// How long the DNS says that it holds; none: no source of that.
    std::optional<std::chrono::seconds> ttl;
    /// The question named the address, so that the answer may be about it alone.
    bool was_told_address = false;
    std::vector<Candidate> candidates;  ///< best first
    std::vector<PlainServer> plain;     ///< best first
    std::vector<ProbedServer> probed;   ///< servers that were asked on the way to this
    std::optional<Provider> provider;
    std::optional<OAuthFacts> oauth;
    std::vector<Document> documentation;
    bool no_imap = false;       ///< the provider is known to offer no IMAP
    bool app_password = false;  ///< the provider wants an app password
};

/// True when it says where the mailboxes are, or that nobody can reach them by IMAP.
bool is_conclusive(const Evidence& evidence);

struct Report {
    std::string email;  ///< normalised
    bool found = false;
    Provider provider;
    Settings settings;  ///< when found
    /// Who named them, or knows that there is no IMAP; none where nobody knows anything.
    std::optional<SourceKind> source;
    std::optional<OAuthFacts> oauth;
    std::optional<Probe> probe;  ///< of the settings' server
    bool proven = false;
    bool no_imap = false;
    bool app_password = false;
    std::vector<Evidence> evidence;  ///< in order of rank
    std::vector<Candidate> alternatives;
    std::vector<Document> documentation;
    std::chrono::milliseconds took{0};
    std::optional<std::chrono::milliseconds> age;  ///< since it was found, when given from memory
};

}  // namespace gatepost::discovery
