// Other people's autoconfig files and the outcomes that their owners expect, read from MANIFEST.tsv
// in the directory of GATEPOST_FIXTURES. Where Gatepost means to differ, the rule is in
// expects_of().
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "discovery/autoconfig_xml.h"
#include "discovery/domain.h"
#include "discovery/placeholders.h"
#include "discovery/text.h"

namespace gatepost::discovery {
namespace {

namespace json = boost::json;

const std::filesystem::path fixtures = GATEPOST_FIXTURES;

std::string contents(const std::filesystem::path& path) {
    const std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

struct Fixture {
    std::string name;
    std::string kind;
    json::object expected;
};

std::vector<Fixture> fixtures_of(const std::string& kind) {
    std::vector<Fixture> found;
    std::istringstream manifest(contents(fixtures / "MANIFEST.tsv"));
    std::string line;
    std::getline(manifest, line);  // the heading
    while (std::getline(manifest, line)) {
        std::vector<std::string> fields;
        std::istringstream columns(line);
        for (std::string field; std::getline(columns, field, '\t');)
            fields.push_back(field);
        if (fields.size() < 8 || fields[6] != kind) continue;
        const json::value expected = json::parse(fields[7]);
        found.push_back({fields[0] + "/" + fields[1], kind,
                         expected.is_object() ? expected.as_object() : json::object()});
    }
    return found;
}

struct Server {
    std::string host;
    std::optional<std::int64_t> port;
    std::optional<Security> security;
    std::string username;
    std::optional<bool> password;

    bool operator==(const Server&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Server& server) {
    return out << server.host << ":" << server.port.value_or(-1) << " " << server.username
               << " password " << server.password.value_or(false);
}

// What the file's owners expect of one server; nothing when it is none that Gatepost uses.
std::optional<Server> server_of(const json::value& value, const Address& address) {
    json::object object;
    if (value.is_object()) {
        object = value.as_object();
    } else {
        constexpr std::array names{"host", "port", "socket", "user", "auth"};
        const json::array& list = value.as_array();
        for (std::size_t i = 0; i < std::min(list.size(), names.size()); ++i)
            object[names[i]] = list[i];
    }
    Server server;
    server.host = lower_case(fill_placeholders(object.at("host").as_string(), address));
    if (object.contains("port")) server.port = object.at("port").as_int64();
    if (object.contains("socket")) {
        const std::string socket = lower_case(object.at("socket").as_string());
        if (socket == "plain") return std::nullopt;
        server.security = socket.starts_with("starttls") ? Security::starttls : Security::tls;
    }
    if (object.contains("user") && object.at("user").is_string()) {
        server.username = fill_placeholders(object.at("user").as_string(), address);
    }
    if (!object.contains("auth")) return server;
    bool usable = false;
    server.password = false;
    for (const json::value& method : object.at("auth").as_array()) {
        const bool is_password = method == "plain" || method == "secure" ||
                                 std::string_view(method.as_string()).starts_with("password");
        server.password = *server.password || is_password;
        usable = usable || is_password || method == "OAuth2";
    }
    return usable ? std::optional(server) : std::nullopt;
}

// The servers that the owners expect; nothing when they say nothing about IMAP.
std::optional<std::vector<Server>> expects_of(const json::object& expected,
                                              const Address& address) {
    if (expected.contains("error")) {
        // Who reads only IMAP need not mind what is wrong with SMTP.
        const std::string_view error = expected.at("error").as_string();
        if (error.find("utgoing") != std::string_view::npos) return std::nullopt;
        return std::vector<Server>{};
    }
    std::vector<Server> servers;
    const auto add = [&](const json::value& value) {
        if (auto server = server_of(value, address)) servers.push_back(std::move(*server));
    };
    if (expected.contains("ok")) {
        add(expected.at("ok"));
    } else if (expected.contains("imap_host") && !expected.contains("auth")) {
        add(json::array{expected.at("imap_host")});
    } else if (expected.contains("imap")) {
        const json::array& imap = expected.at("imap").as_array();
        // One case names only a host and a user name.
        if (!imap.empty() && imap[0].is_string()) {
            add(json::object{{"host", imap[0]}, {"user", imap[1]}});
        } else {
            for (const json::value& value : imap)
                add(value);
        }
    } else {
        return std::nullopt;
    }
    return servers;
}

Address address_for(const json::object& expected) {
    if (expected.contains("email")) {
        if (auto address = parse_address(std::string(expected.at("email").as_string()))) {
            return *address;
        }
    }
    if (expected.contains("domains")) {
        for (const json::value& domain : expected.at("domains").as_array()) {
            if (auto address = parse_address("user@" + std::string(domain.as_string()))) {
                return *address;
            }
        }
    }
    return *parse_address(expected.contains("ok") ? "user@domain.example" : "user@example.com");
}

// What was read, with what the expectation says nothing about left out.
std::vector<Server> read_servers(const AutoconfigFile& file, const std::vector<Server>& like) {
    std::vector<Server> servers;
    for (std::size_t i = 0; i < file.servers.size(); ++i) {
        const Settings& settings = file.servers[i];
        Server server{
            settings.host, settings.port, settings.security, settings.username,
            std::ranges::find(settings.auth, AuthMethod::password) != settings.auth.end()};
        if (i < like.size()) {
            if (!like[i].port) server.port.reset();
            if (!like[i].security) server.security.reset();
            if (like[i].username.empty()) server.username.clear();
            if (!like[i].password) server.password.reset();
        }
        servers.push_back(std::move(server));
    }
    return servers;
}

TEST(Conformance, AutoconfigFilesAreReadAsTheirOwnersExpect) {
    int compared = 0;
    int without_expectation = 0;
    for (const Fixture& fixture : fixtures_of("autoconfig-xml")) {
        const Address address = address_for(fixture.expected);
        auto read = parse_autoconfig(contents(fixtures / fixture.name), address);
        const auto expected = expects_of(fixture.expected, address);
        if (!expected) {
            ++without_expectation;
            continue;
        }
        ++compared;
        // A document that is not well-formed counts as none, whatever others make of it.
        if (!read && read.error().detail.find("not well-formed XML") != std::string::npos) continue;
        // Owners who choose one server name only that.
        if (read && expected->size() == 1 && !read->servers.empty()) read->servers.resize(1);
        const auto servers = read ? read_servers(*read, *expected) : std::vector<Server>{};
        EXPECT_THAT(servers, testing::ContainerEq(*expected))
            << fixture.name << (read ? "" : " " + read.error().detail);
    }
    RecordProperty("compared", compared);
    RecordProperty("without_expectation", without_expectation);
    EXPECT_GT(compared, 0);
}

TEST(Conformance, XmlAttacksAreRefused) {
    const std::vector<Fixture> attacks = fixtures_of("xml-attack");
    EXPECT_FALSE(attacks.empty());
    for (const Fixture& fixture : attacks) {
        EXPECT_FALSE(
            parse_autoconfig(contents(fixtures / fixture.name), *parse_address("a@example.com")))
            << fixture.name;
    }
}

TEST(Conformance, PublicSuffixesAreThoseOfTheList) {
    const std::regex line(R"(^checkPublicSuffix\('([^']+)', (?:null|'([^']+)')\);)");
    int compared = 0;
    for (const Fixture& fixture : fixtures_of("psl-vectors")) {
        std::istringstream vectors(contents(fixtures / fixture.name));
        for (std::string text; std::getline(vectors, text);) {
            std::smatch match;
            if (!std::regex_search(text, match, line)) continue;
            // Names reach the list as A-labels; what is no name does not reach it.
            const auto name = a_label_of(match[1].str());
            if (!name || name->starts_with('.')) continue;
            const auto expected =
                match[2].matched ? a_label_of(match[2].str()).value() : std::string();
            EXPECT_EQ(organisational_domain(*name), expected) << text;
            ++compared;
        }
    }
    RecordProperty("compared", compared);
    EXPECT_GT(compared, 50);
}

}  // namespace
}  // namespace gatepost::discovery
