#include "discovery/pacc.h"

#include <algorithm>

#include "discovery/domain.h"
#include "discovery/json_object.h"
#include "discovery/oauth_metadata.h"
#include "discovery/provider_table.h"
#include "discovery/text.h"
#include "discovery/web_answer.h"
#include "net/digest.h"

namespace gatepost::discovery {
namespace {

namespace json = boost::json;

constexpr std::size_t max_host_bytes = 1024;  // a name in any script
constexpr std::size_t max_text_bytes = 512;   // names and URLs that are shown
constexpr std::uint16_t imaps_port = 993;     // the draft knows no other

// "a=sha256" of "v=UAAC1; a=sha256; d=…", by its name.
std::string tag_of(std::string_view record, std::string_view name) {
    while (!record.empty()) {
        const std::size_t end = std::min(record.find(';'), record.size());
        const std::string_view tag = trimmed(record.substr(0, end));
        record.remove_prefix(std::min(end + 1, record.size()));
        const std::size_t equals = tag.find('=');
        if (equals == std::string_view::npos) continue;
        if (lower_case(trimmed(tag.substr(0, equals))) != name) continue;
        return std::string(trimmed(tag.substr(equals + 1)));
    }
    return {};
}

// Who publishes may leave the padding out, or have it wrapped.
std::string bare_base64(std::string_view text) {
    std::string bare;
    std::ranges::copy_if(text, std::back_inserter(bare), [](char c) {
        return c != '=' && c != ' ' && c != '\t' && c != '\r' && c != '\n';
    });
    return bare;
}

std::string host_in(const json::object& document) {
    const json::object* protocols = object_at(document, "protocols");
    const json::object* imap = protocols == nullptr ? nullptr : object_at(*protocols, "imap");
    if (imap == nullptr) return {};
    const auto host = a_label_of(string_at(*imap, "host", max_host_bytes));
    return host && is_host_name(*host) ? *host : std::string();
}

void read_authentication(PaccFile& file, const json::object& document) {
    const json::object* authentication = object_at(document, "authentication");
    if (authentication == nullptr) return;
    const json::value* password = authentication->if_contains("password");
    file.password = password != nullptr && password->is_bool() && password->get_bool();
    const json::object* oauth = object_at(*authentication, "oauth-public");
    if (oauth == nullptr) return;
    const std::string issuer = string_at(*oauth, "issuer", max_text_bytes);
    if (is_issuer(issuer)) file.issuer = issuer;
}

void read_info(PaccFile& file, const json::object& document) {
    const json::object* info = object_at(document, "info");
    if (info == nullptr) return;
    if (const json::object* provider = object_at(*info, "provider")) {
        file.provider_name = string_at(*provider, "name", max_text_bytes);
    }
    if (const json::object* help = object_at(*info, "help")) {
        std::string url = string_at(*help, "documentation", max_text_bytes);
        if (url.starts_with("https://")) file.documentation.push_back({std::move(url), {}, {}});
    }
}

std::vector<AuthMethod> auth_of(const PaccFile& file,
                                const std::optional<Result<OAuthFacts>>& oauth) {
    std::vector<AuthMethod> methods;
    // RFC 7628, which the OAuth profile of the draft asks for.
    if (oauth && *oauth) methods.push_back(AuthMethod::oauthbearer);
    if (file.password) methods.push_back(AuthMethod::password);
    return methods;
}

// What the records make of the page: why it is not believed, or why it proves nothing.
struct Objection {
    bool refused = false;
    std::string why;
};

Objection objection_of(const Address& address, const net::HttpResponse& page,
                       const Result<net::Answer<std::string>>& records) {
    const std::string why_unproven = doubt(pacc_url(address), page);
    if (!records) return {false, "its digest could not be looked up: " + records.error().detail};
    switch (check_digest(records->records, net::sha256_base64(page.body))) {
        case DigestVerdict::differs:
            return {true, "the page's digest is not the one that TXT " + pacc_digest_name(address) +
                              " publishes"};
        case DigestVerdict::unreadable:
            return {false, "its digest is published in a way that is not known here"};
        default:
            return {false, why_unproven};
    }
}

// The draft wants one. Without it the page is as good as any other under the domain's own name.
bool has_no_digest(const Result<net::Answer<std::string>>& records) {
    return records && check_digest(records->records, {}) == DigestVerdict::none;
}

}  // namespace

std::string pacc_url(const Address& address) {
    return "https://ua-auto-config." + address.domain +
           "/.well-known/user-agent-configuration.json";
}

std::string pacc_digest_name(const Address& address) {
    return "_ua-auto-config." + address.domain;
}

Result<PaccFile> parse_pacc(std::string_view json) {
    const auto document = parse_json_object(json, "PACC file");
    if (!document) return document.error();
    if (object_at(*document, "protocols") == nullptr) {
        return problem(ProblemKind::protocol_violation,
                       "It is no PACC file: it names no protocols.");
    }
    PaccFile file;
    file.host = host_in(*document);
    read_authentication(file, *document);
    read_info(file, *document);
    return file;
}

DigestVerdict check_digest(const std::vector<std::string>& records, std::string_view digest) {
    DigestVerdict verdict = DigestVerdict::none;
    for (const std::string& record : records) {
        if (lower_case(tag_of(record, "v")) != "uaac1") continue;
        if (lower_case(tag_of(record, "a")) != "sha256") {
            if (verdict == DigestVerdict::none) verdict = DigestVerdict::unreadable;
            continue;
        }
        if (bare_base64(tag_of(record, "d")) == bare_base64(digest)) return DigestVerdict::matches;
        verdict = DigestVerdict::differs;
    }
    return verdict;
}

Evidence judge_pacc(const Address& address, const net::HttpResponse& page, const PaccFile& file,
                    const Result<net::Answer<std::string>>& records,
                    const std::optional<Result<OAuthFacts>>& oauth) {
    Evidence evidence;
    evidence.from = pacc_url(address);
    Objection objection = objection_of(address, page, records);
    if (objection.refused) {
        evidence.outcome = Outcome::refused;
        evidence.detail = std::move(objection.why);
        return evidence;
    }
    const std::vector<AuthMethod> auth = auth_of(file, oauth);
    std::vector<std::string> notes;
    if (file.host.empty()) {
        notes.emplace_back("it names no IMAP server");
    } else if (auth.empty()) {
        notes.emplace_back("it names no way to sign in that is known here");
    } else {
        evidence.outcome = Outcome::found;
        evidence.candidates.push_back(
            {{file.host, imaps_port, Security::tls, address.text, auth}, objection.why.empty()});
        evidence.provider = Provider{address.domain, file.provider_name};
        evidence.documentation = file.documentation;
        if (oauth && *oauth) evidence.oauth = **oauth;
        add_known_facts(evidence, ProviderTable::compiled_in());
    }
    if (!objection.why.empty()) notes.push_back(objection.why);
    if (has_no_digest(records)) notes.emplace_back("it publishes no digest");
    if (oauth && !*oauth) {
        notes.push_back(oauth_left_out(file.issuer, oauth->error()));
    }
    evidence.detail = joined(notes);
    return evidence;
}

}  // namespace gatepost::discovery
