#include "discovery/autodiscover_xml.h"

#include <optional>

#include "discovery/json_object.h"
#include "discovery/setting_values.h"
#include "discovery/text.h"
#include "discovery/xml_document.h"

namespace gatepost::discovery {
namespace {

constexpr std::size_t max_servers = 16;  // nobody offers more ways
constexpr std::size_t max_notes = 8;     // people read no more
constexpr std::size_t max_url_bytes = 2048;
constexpr std::uint16_t imap_port = 143;
constexpr std::uint16_t imaps_port = 993;

Problem no_answer(const std::string& why) {
    return problem(ProblemKind::protocol_violation, "It is no Autodiscover answer: " + why + ".");
}

std::string escaped(std::string_view text) {
    std::string xml;
    for (const char c : text) {
        switch (c) {
            case '&':
                xml += "&amp;";
                break;
            case '<':
                xml += "&lt;";
                break;
            case '>':
                xml += "&gt;";
                break;
            default:
                xml += c;
        }
    }
    return xml;
}

std::string word_of(const pugi::xml_node& parent, const char* name) {
    return lower_case(text_of(parent.child(name)));
}

bool is_imap(const pugi::xml_node& protocol) {
    const std::string type = word_of(protocol, "Type");
    return (type.empty() ? lower_case(protocol.attribute("Type").value()) : type) == "imap";
}

// Nothing: without TLS.
std::optional<Security> security_of(const pugi::xml_node& protocol, std::uint16_t port) {
    const std::string encryption = word_of(protocol, "Encryption");
    const bool is_off =
        encryption.empty() ? word_of(protocol, "SSL") == "off" : encryption == "none";
    if (is_off) return std::nullopt;
    if (port == imaps_port) return Security::tls;
    if (port == imap_port) return Security::starttls;
    return encryption == "tls" ? Security::starttls : Security::tls;
}

class AccountReader {
  public:
    AccountReader(const pugi::xml_node& account, const Address& address)
        : account_(account), address_(address) {}

    Result<AutodiscoverAnswer> read() {
        const std::string action = word_of(account_, "Action");
        if (action == "redirectaddr") return other_address();
        if (action == "redirecturl") {
            const std::string url = text_of(account_.child("RedirectUrl"));
            if (url.empty() || url.size() > max_url_bytes) {
                return no_answer("it redirects to no URL");
            }
            return AutodiscoverAnswer(AutodiscoverOtherUrl{url});
        }
        for (const pugi::xml_node& protocol : account_.children("Protocol")) {
            if (is_imap(protocol)) read_server(protocol);
        }
        return AutodiscoverAnswer(std::move(settings_));
    }

  private:
    Result<AutodiscoverAnswer> other_address() const {
        auto address = parse_address(text_of(account_.child("RedirectAddr")));
        if (!address) return no_answer("it redirects to no address");
        return AutodiscoverAnswer(AutodiscoverOtherAddress{std::move(*address)});
    }

    void read_server(const pugi::xml_node& protocol) {
        if (settings_.servers.size() == max_servers) return;
        const auto host = host_name_of(text_of(protocol.child("Server")), address_);
        if (!host) return note("an IMAP server has no valid host name");
        const std::string port_text = text_of(protocol.child("Port"));
        const auto port =
            port_text.empty() ? std::optional(usual_port(protocol)) : port_of(port_text);
        if (!port) return note(*host + " has no valid port");
        const std::string login = text_of(protocol.child("LoginName"));
        const auto username =
            login.empty() ? std::optional(address_.text) : user_name_of(login, address_);
        if (!username) return note(*host + " has no valid user name");
        const auto security = security_of(protocol, *port);
        if (!security) {
            if (settings_.plain.size() == max_servers) return;
            settings_.plain.push_back({*host, *username});
            return note(*host + ":" + std::to_string(*port) + " is without TLS");
        }
        settings_.servers.push_back({*host, *port, *security, *username, {AuthMethod::password}});
    }

    static std::uint16_t usual_port(const pugi::xml_node& protocol) {
        return word_of(protocol, "Encryption") == "tls" ? imap_port : imaps_port;
    }

    void note(const std::string& text) {
        if (settings_.notes.size() < max_notes) settings_.notes.push_back(shown_text(text));
    }

    pugi::xml_node account_;
    const Address& address_;
    AutodiscoverSettings settings_;
};

}  // namespace

std::string autodiscover_request(const Address& address) {
    return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
           "<Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/"
           "requestschema/2006\">"
           "<Request><EMailAddress>" +
           escaped(address.text) +
           "</EMailAddress>"
           "<AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/"
           "responseschema/2006a</AcceptableResponseSchema>"
           "</Request></Autodiscover>\n";
}

Result<AutodiscoverAnswer> parse_autodiscover(std::string_view xml, const Address& address) {
    pugi::xml_document document;
    if (auto loaded = load_xml(document, xml, "Autodiscover answer"); !loaded) {
        return loaded.error();
    }
    const pugi::xml_node root = document.document_element();
    const pugi::xml_node response = root.child("Response");
    if (std::string_view(root.name()) != "Autodiscover" || !response) {
        return no_answer("there is no Autodiscover element with a Response");
    }
    if (const pugi::xml_node account = response.child("Account")) {
        return AccountReader(account, address).read();
    }
    const std::string message = shown_text(response.child("Error").child("Message").text().get());
    return no_answer(message.empty() ? "it has no account" : "the server says: " + message);
}

Result<std::string> parse_autodiscover_json(std::string_view json) {
    const auto document = parse_json_object(json, "Autodiscover answer");
    if (!document) return document.error();
    std::string url = string_at(*document, "Url", max_url_bytes);
    if (url.empty()) url = string_at(*document, "url", max_url_bytes);
    if (url.empty()) return no_answer("it names no URL");
    return url;
}

}  // namespace gatepost::discovery
