#include "discovery/autoconfig_xml.h"

#include <algorithm>

#include "discovery/domain.h"
#include "discovery/oauth_metadata.h"
#include "discovery/placeholders.h"
#include "discovery/provider_table.h"
#include "discovery/setting_values.h"
#include "discovery/text.h"
#include "discovery/xml_document.h"

namespace gatepost::discovery {
namespace {

constexpr std::size_t max_domains = 4096;  // the largest known file has 1,400
constexpr std::size_t max_servers = 16;    // nobody offers more ways
constexpr std::size_t max_notes = 8;       // people read no more
constexpr std::size_t max_documents = 8;

Problem no_autoconfig(std::string why) {
    return problem(ProblemKind::protocol_violation, "It is no autoconfig file: " + why + ".");
}

// A host name, or one label of it: ids and domains of the file need not be complete.
bool is_name(std::string_view name) {
    return is_host_name(name) || is_host_name(std::string(name) + ".example");
}

bool has_domain(const pugi::xml_node& provider, const Address& address) {
    return std::ranges::any_of(provider.children("domain"), [&](const pugi::xml_node& domain) {
        const auto name = a_label_of(fill_placeholders(text_of(domain), address));
        return name && is_name(*name);
    });
}

bool is_web_page(std::string_view url) {
    return url.starts_with("https://") || url.starts_with("http://");
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    for (text = trimmed(text); !text.empty(); text = trimmed(text)) {
        const std::size_t end = std::min(text.find_first_of(" \t\r\n"), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return words;
}

std::optional<OAuthFacts> oauth_of(const pugi::xml_node& element) {
    OAuthFacts facts;
    facts.issuer = text_of(element.child("issuer"));
    facts.authorization_endpoint = text_of(element.child("authURL"));
    facts.token_endpoint = text_of(element.child("tokenURL"));
    facts.scopes = words_of(text_of(element.child("scope")));
    // Tokens are secrets: they are fetched under TLS or not at all.
    if (!facts.authorization_endpoint.starts_with("https://") ||
        !facts.token_endpoint.starts_with("https://")) {
        return std::nullopt;
    }
    return facts;
}

// Files name the issuer by its URL, or by its host alone. Empty where it is neither.
std::string issuer_of(const pugi::xml_node& element) {
    const std::string text = text_of(element.child("issuer"));
    std::string url = text.find("://") == std::string::npos ? "https://" + text : text;
    return is_issuer(url) ? url : std::string();
}

enum class SocketType { unknown, plain, tls, starttls };

SocketType socket_type_of(std::string_view text) {
    const std::string word = lower_case(text);
    if (word == "ssl" || word == "tls") return SocketType::tls;
    if (word == "starttls") return SocketType::starttls;
    return word == "plain" ? SocketType::plain : SocketType::unknown;
}

// The file's elements, read in the order in which they depend on each other.
class FileReader {
  public:
    FileReader(const pugi::xml_node& root, const Address& address,
               const std::optional<OAuthFacts>& of_issuer)
        : root_(root),
          provider_(root.child("emailProvider")),
          address_(address),
          of_issuer_(of_issuer) {}

    Result<AutoconfigFile> read() {
        if (std::string_view(root_.name()) != "clientConfig" || !provider_) {
            return no_autoconfig("there is no clientConfig with an emailProvider");
        }
        id_ = fill_placeholders(trimmed(provider_.attribute("id").value()), address_);
        if (!is_name(id_)) return no_autoconfig("its provider has no valid id");
        if (!has_domain(provider_, address_)) return no_autoconfig("it names no valid domain");
        read_oauth();
        for (const pugi::xml_node& server : provider_.children("incomingServer"))
            read_server(server);
        read_domains();
        read_names();
        read_documentation();
        return std::move(file_);
    }

  private:
    void read_oauth() {
        pugi::xml_node element = root_.child("oAuth2");
        if (!element) element = root_.child("OAuth2");
        file_.oauth = oauth_of(element);
        if (file_.oauth) return;
        issuer_ = issuer_of(element);
        if (!of_issuer_) return;
        file_.oauth = of_issuer_;
        const std::vector<std::string> scopes = words_of(text_of(element.child("scope")));
        if (!scopes.empty()) file_.oauth->scopes = scopes;
    }

    void read_server(const pugi::xml_node& server) {
        if (lower_case(server.attribute("type").value()) != "imap") return;
        if (file_.servers.size() == max_servers) return;
        Settings settings;
        const auto host = host_name_of(text_of(server.child("hostname")), address_);
        if (!host) return note("an IMAP server has no valid host name");
        settings.host = *host;
        const auto port = port_of(text_of(server.child("port")));
        if (!port) return note(settings.host + " has no valid port");
        settings.port = *port;
        const auto security = security_of_server(server);
        if (!security && !is_plain(server)) return;
        const auto username = user_name_of(text_of(server.child("username")), address_);
        if (!username) return note(settings.host + " has no valid user name");
        settings.username = *username;
        settings.auth = auth_of(server, settings.host);
        if (settings.auth.empty()) {
            return note(settings.host + " has no way to sign in that is known here");
        }
        if (!security) {
            if (file_.plain.size() == max_servers) return;
            file_.plain.push_back({settings.host, settings.username, settings.auth});
            return;
        }
        settings.security = *security;
        file_.servers.push_back(std::move(settings));
    }

    static bool is_plain(const pugi::xml_node& server) {
        return std::ranges::any_of(server.children("socketType"),
                                   [](const pugi::xml_node& element) {
                                       return socket_type_of(text_of(element)) == SocketType::plain;
                                   });
    }

    // The first one that is known, as with every choice in the file; without TLS is none.
    std::optional<Security> security_of_server(const pugi::xml_node& server) {
        for (const pugi::xml_node& element : server.children("socketType")) {
            const SocketType type = socket_type_of(text_of(element));
            if (type == SocketType::tls) return Security::tls;
            if (type == SocketType::starttls) return Security::starttls;
        }
        note(text_of(server.child("hostname")) + ":" + text_of(server.child("port")) +
             (is_plain(server) ? " is without TLS" : " does not say how it is secured"));
        return std::nullopt;
    }

    std::vector<AuthMethod> auth_of(const pugi::xml_node& server, const std::string& host) {
        std::vector<AuthMethod> methods;
        const auto add = [&](AuthMethod method) {
            if (std::ranges::find(methods, method) == methods.end()) methods.push_back(method);
        };
        for (const pugi::xml_node& element : server.children("authentication")) {
            const std::string word = lower_case(text_of(element));
            if (word == "password-cleartext" || word == "plain" || word == "password-encrypted" ||
                word == "secure") {
                add(AuthMethod::password);
            } else if (word == "oauth2" || word == "oauth") {
                if (is_oauth_known(host)) {
                    add(AuthMethod::xoauth2);
                } else {
                    file_.issuer = issuer_;
                }
            }
        }
        return methods;
    }

    [[nodiscard]] bool is_oauth_known(const std::string& host) const {
        if (file_.oauth) return true;
        const ProviderEntry* entry = ProviderTable::compiled_in().by_imap_host(host);
        return entry != nullptr && entry->oauth;
    }

    void read_domains() {
        for (const pugi::xml_node& element : provider_.children("domain")) {
            const std::string text = text_of(element);
            if (text.find('%') != std::string::npos) continue;
            const auto name = a_label_of(text);
            if (!name || !is_host_name(*name)) continue;
            if (file_.domains.size() + file_.mx_domains.size() == max_domains) return;
            const bool is_mx = std::string_view(element.attribute("purpose").value()) == "mx";
            (is_mx ? file_.mx_domains : file_.domains).push_back(*name);
        }
    }

    // The id is believed where it and the server, or the address, are of one organisation: limits
    // and statistics of a provider are not open to whoever takes its name.
    void read_names() {
        const std::string host = file_.servers.empty() ? "" : file_.servers.front().host;
        const bool is_own = same_organisation(id_, host) || same_organisation(id_, address_.domain);
        file_.provider.id = is_own ? lower_case(id_) : address_.domain;
        file_.provider.name =
            shown_text(fill_placeholders(provider_.child("displayName").text().get(), address_));
        // Not the file's own word: "google" is a name that callers give client secrets for.
        if (file_.oauth) file_.oauth->provider = file_.provider.id;
    }

    void read_documentation() {
        for (const pugi::xml_node& element : provider_.children("documentation")) {
            const std::string url = shown_text(element.attribute("url").value());
            if (!is_web_page(url)) continue;
            if (!element.child("descr")) add_document({url, {}, {}});
            for (const pugi::xml_node& description : element.children("descr")) {
                add_document({url, shown_text(description.text().get()),
                              shown_text(description.attribute("lang").value())});
            }
        }
    }

    void add_document(Document document) {
        if (file_.documentation.size() < max_documents) {
            file_.documentation.push_back(std::move(document));
        }
    }

    void note(std::string text) {
        if (file_.notes.size() < max_notes) file_.notes.push_back(shown_text(text));
    }

    pugi::xml_node root_;
    pugi::xml_node provider_;
    const Address& address_;
    const std::optional<OAuthFacts>& of_issuer_;
    std::string id_;
    std::string issuer_;
    AutoconfigFile file_;
};

}  // namespace

Result<AutoconfigFile> parse_autoconfig(std::string_view xml, const Address& address,
                                        const std::optional<OAuthFacts>& of_issuer) {
    pugi::xml_document document;
    if (auto loaded = load_xml(document, xml, "autoconfig file"); !loaded) return loaded.error();
    return FileReader(document.document_element(), address, of_issuer).read();
}

}  // namespace gatepost::discovery
