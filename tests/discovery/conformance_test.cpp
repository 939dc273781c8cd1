// Other people's files and the outcomes that their owners expect, read from MANIFEST.tsv in the
// directory of GATEPOST_FIXTURES: each of them is compared, or counted under the rule by which
// Gatepost means to differ.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <regex>
#include <sstream>

#include "discovery/autoconfig_xml.h"
#include "discovery/autodiscover_xml.h"
#include "discovery/domain.h"
#include "discovery/pacc.h"
#include "discovery/placeholders.h"
#include "discovery/srv_records.h"
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

std::vector<Fixture> all_fixtures() {
    std::vector<Fixture> found;
    std::istringstream manifest(contents(fixtures / "MANIFEST.tsv"));
    std::string line;
    std::getline(manifest, line);  // the heading
    while (std::getline(manifest, line)) {
        std::vector<std::string> fields;
        std::istringstream columns(line);
        for (std::string field; std::getline(columns, field, '\t');)
            fields.push_back(field);
        if (fields.size() < 8) throw std::runtime_error("a short line in the manifest: " + line);
        const json::value expected = json::parse(fields[7]);
        found.push_back({fields[0] + "/" + fields[1], fields[6],
                         expected.is_object() ? expected.as_object() : json::object()});
    }
    return found;
}

std::vector<Fixture> fixtures_of(const std::string& kind) {
    std::vector<Fixture> found;
    for (Fixture& fixture : all_fixtures()) {
        if (fixture.kind == kind) found.push_back(std::move(fixture));
    }
    return found;
}

// How many fixtures of a kind were compared, and why others were not.
class Tally {
  public:
    explicit Tally(std::string kind) : kind_(std::move(kind)) {}
    Tally(const Tally&) = delete;
    Tally& operator=(const Tally&) = delete;

    ~Tally() {
        std::cout << kind_ << ": " << compared_ << " compared";
        for (const auto& [rule, names] : differing_)
            std::cout << "; " << names.size() << " by the rule: " << rule << " ("
                      << testing::PrintToString(names) << ")";
        std::cout << "\n";
        testing::Test::RecordProperty(kind_ + " compared", compared_);
    }

    void compared() { ++compared_; }
    void differs(const std::string& name, const std::string& rule) {
        differing_[rule].push_back(name);
    }
    [[nodiscard]] int count() const { return compared_; }

  private:
    std::string kind_;
    int compared_ = 0;
    std::map<std::string, std::vector<std::string>> differing_;
};

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

std::vector<bool> takes_password(const std::vector<Settings>& servers) {
    std::vector<bool> takes;
    for (const Settings& server : servers)
        takes.push_back(std::ranges::find(server.auth, AuthMethod::password) != server.auth.end());
    return takes;
}

// What the owners expect of ways to sign in alone: those of Gatepost among them, in their order.
// True when they do.
bool compare_auth(const json::object& expected, const AutoconfigFile& file) {
    const char* name = expected.contains("imap_auth")       ? "imap_auth"
                       : expected.contains("auth_in_order") ? "auth_in_order"
                                                            : nullptr;
    if (name == nullptr) return false;
    // Other mechanisms than passwords in any wrapping and OAuth are not Gatepost's.
    std::vector<bool> passwords;
    for (const json::value& method : expected.at(name).as_array()) {
        if (std::string_view(method.as_string()).starts_with("password")) passwords.push_back(true);
    }
    EXPECT_EQ(takes_password(file.servers), passwords);
    return true;
}

void compare_oauth(const json::object& expected, const AutoconfigFile& file) {
    if (!expected.contains("oauth2")) return;
    const json::object& oauth = expected.at("oauth2").as_object();
    ASSERT_TRUE(file.oauth);
    EXPECT_EQ(file.oauth->authorization_endpoint, std::string(oauth.at("authURL").as_string()));
    EXPECT_EQ(file.oauth->token_endpoint, std::string(oauth.at("tokenURL").as_string()));
    EXPECT_EQ(file.oauth->issuer, std::string(oauth.at("issuer").as_string()));
    std::string scopes;
    for (const std::string& scope : file.oauth->scopes)
        scopes += (scopes.empty() ? "" : " ") + scope;
    EXPECT_EQ(scopes, std::string(oauth.at("scope").as_string()));
}

// The owners' program took it all the same.
bool is_refused_by_strict_parsers(const json::object& expected) {
    return expected.contains("note") &&
           std::string_view(expected.at("note").as_string()).find("strict parsers refuse") !=
               std::string_view::npos;
}

bool is_about_smtp(const json::object& expected) {
    return expected.contains("error") &&
           std::string_view(expected.at("error").as_string()).find("utgoing") !=
               std::string_view::npos;
}

TEST(Conformance, AutoconfigFilesAreReadAsTheirOwnersExpect) {
    Tally tally("autoconfig-xml");
    for (const Fixture& fixture : fixtures_of("autoconfig-xml")) {
        SCOPED_TRACE(fixture.name);
        const Address address = address_for(fixture.expected);
        auto read = parse_autoconfig(contents(fixtures / fixture.name), address);
        const auto expected = expects_of(fixture.expected, address);
        if (is_about_smtp(fixture.expected)) {
            EXPECT_TRUE(read && !read->servers.empty());
            tally.differs(fixture.name, "what is wrong with SMTP is nothing to who reads IMAP");
            continue;
        }
        if (!read && is_refused_by_strict_parsers(fixture.expected)) {
            tally.differs(fixture.name, "a document that is not well-formed counts as none");
            continue;
        }
        if (fixture.expected.contains("auth") && fixture.expected.at("auth") == "OAuth2") {
            EXPECT_TRUE(read && read->servers.empty());
            tally.differs(fixture.name, "OAuth counts only where it is known how it is done");
            continue;
        }
        if (!expected && read && compare_auth(fixture.expected, *read)) {
            tally.compared();
            continue;
        }
        if (!expected) {
            tally.differs(fixture.name, "its owners expect nothing about IMAP");
            continue;
        }
        tally.compared();
        // Owners who choose one server name only that.
        if (read && expected->size() == 1 && !read->servers.empty()) read->servers.resize(1);
        const auto servers = read ? read_servers(*read, *expected) : std::vector<Server>{};
        EXPECT_THAT(servers, testing::ContainerEq(*expected))
            << (read ? "" : " " + read.error().detail);
        if (read) compare_oauth(fixture.expected, *read);
    }
    EXPECT_GT(tally.count(), 0);
}

TEST(Conformance, AutodiscoverAnswersAreReadAsTheirOwnersExpect) {
    Tally tally("autodiscover-pox");
    const Address address = *parse_address("user@example.com");
    for (const Fixture& fixture : fixtures_of("autodiscover-pox")) {
        SCOPED_TRACE(fixture.name);
        const auto read = parse_autodiscover(contents(fixtures / fixture.name), address);
        if (!read && is_refused_by_strict_parsers(fixture.expected)) {
            tally.differs(fixture.name, "a document that is not well-formed counts as none");
            continue;
        }
        ASSERT_TRUE(read) << read.error().detail;
        tally.compared();
        if (fixture.expected.contains("redirectUrl")) {
            EXPECT_EQ(std::get<AutodiscoverOtherUrl>(*read).url,
                      std::string(fixture.expected.at("redirectUrl").as_string()));
            continue;
        }
        const auto& servers = std::get<AutodiscoverSettings>(*read).servers;
        const json::array& imap = fixture.expected.at("imap").as_array();
        ASSERT_EQ(servers.size(), imap.empty() ? 0U : 1U);
        if (imap.empty()) continue;
        EXPECT_EQ(servers[0].host, std::string(imap[0].as_string()));
        EXPECT_EQ(servers[0].port, imap[1].as_int64());
        EXPECT_EQ(servers[0].security, Security::tls);
        EXPECT_EQ(imap[2], "SSL on");
    }
    EXPECT_GT(tally.count(), 0);
}

TEST(Conformance, PaccFilesAreReadAsTheDraftSays) {
    Tally tally("pacc-json");
    for (const Fixture& fixture : fixtures_of("pacc-json")) {
        SCOPED_TRACE(fixture.name);
        const auto read = parse_pacc(contents(fixtures / fixture.name));
        ASSERT_TRUE(read) << read.error().detail;
        EXPECT_EQ(read->host, std::string(fixture.expected.at("imap").at(0).as_string()));
        EXPECT_EQ(read->issuer, std::string(fixture.expected.at("oauth_issuer").as_string()));
        EXPECT_EQ(read->password, fixture.expected.at("password").as_bool());
        tally.compared();
    }
    EXPECT_GT(tally.count(), 0);
}

// A record's text in a zone: "0 1 993 imap.example.com.", or a target of "." alone.
net::SrvRecord srv_record(const std::string& text) {
    std::istringstream fields(text);
    net::SrvRecord record;
    if (text.starts_with('.')) return record;
    fields >> record.priority >> record.weight >> record.port >> record.target;
    return record;
}

struct SrvCase {
    net::Answer<net::SrvRecord> imaps, imap;

    [[nodiscard]] std::vector<std::string> servers(const Address& address) const {
        std::vector<std::string> found;
        for (const auto& [answer, security] :
             {std::pair(&imaps, Security::tls), std::pair(&imap, Security::starttls)}) {
            for (const Candidate& candidate : srv_candidates(*answer, security, address, false)) {
                const auto& [host, port, how, user, auth] = candidate.settings;
                found.push_back(host + ":" + std::to_string(port) + " " +
                                std::string(name_of(how)) + (candidate.proven ? "" : " unproven"));
            }
        }
        return found;
    }
};

SrvCase zone_of(const json::object& object) {
    SrvCase zone;
    for (const json::value& value : object.at("zone").as_array()) {
        const std::string line(value.as_string());
        const std::size_t srv = line.find(" SRV ");
        if (srv == std::string::npos) continue;
        const net::SrvRecord record = srv_record(line.substr(srv + 5));
        if (line.starts_with("_imaps._tcp")) zone.imaps.records.push_back(record);
        if (line.starts_with("_imap._tcp")) zone.imap.records.push_back(record);
    }
    return zone;
}

// What the sentences of the cases come to, by their beginnings.
const std::vector<std::pair<std::string, std::vector<std::string>>>& sentences() {
    static const std::vector<std::pair<std::string, std::vector<std::string>>> all{
        {"IMAP imap.example.com:143 STARTTLS preferred", {"imap.example.com:143 starttls"}},
        {"imaps only", {"imap.example.com:993 tls"}},
        {"domain says: no IMAP", {}},
        {"993 TLS first", {"imap.example.com:993 tls", "imap.example.com:143 starttls"}},
        {"993 TLS, in-domain target",
         {"imap.koumbit.net:993 tls", "imap.koumbit.net:143 starttls"}},
        {"target outside the asked domain", {"imap.migadu.com:993 tls unproven"}},
        // The same records give the same settings, always: the larger weight comes first.
        {"b about 60 %",
         {"b.example.com:993 tls", "c.example.com:993 tls", "a.example.com:993 tls",
          "d.example.com:993 tls"}},
        {"implicit TLS on 143 as written", {"imap.example.com:143 tls"}},
        {"imap.example.com (own case)", {"imap.example.com:993 tls"}},
    };
    return all;
}

void compare_zone(const json::object& object, Tally& tally) {
    const std::string sentence(object.at("expect").as_string());
    const std::string id(object.at("id").as_string());
    const Address address = *parse_address(
        id.find("koumbit.net") == std::string::npos ? "user@example.com" : "user@koumbit.net");
    const auto meaning = std::ranges::find_if(
        sentences(), [&](const auto& pair) { return sentence.starts_with(pair.first); });
    ASSERT_NE(meaning, sentences().end()) << "nobody has said what this means: " << sentence;
    const SrvCase zone = zone_of(object);
    EXPECT_EQ(zone.servers(address), meaning->second) << id;
    if (meaning->second.empty()) {
        EXPECT_TRUE(says_not_offered(zone.imaps.records) && says_not_offered(zone.imap.records));
    }
    tally.compared();
}

void compare_domain(const json::object& object, Tally& tally) {
    const std::string domain(object.at("domain").as_string());
    if (!object.contains("srv")) {
        tally.differs(domain,
                      "an MX host is asked on both ports, and TLS is preferred (the guess)");
        return;
    }
    const json::object& srv = object.at("srv").as_object();
    SrvCase zone;
    zone.imaps.records.push_back(srv_record(std::string(srv.at("_imaps").as_string())));
    zone.imap.records.push_back(srv_record(std::string(srv.at("_imap").as_string())));
    const json::array& imap = object.at("expect").at("imap").as_array();
    EXPECT_EQ(imap[2], "TLS");
    EXPECT_THAT(zone.servers(*parse_address("user@" + domain)),
                testing::ElementsAre(std::string(imap[0].as_string()) + ":" +
                                     std::to_string(imap[1].as_int64()) + " tls"));
    tally.compared();
}

TEST(Conformance, SrvRecordsAreReadAsTheirOwnersExpect) {
    Tally tally("dns-cases");
    for (const Fixture& fixture : fixtures_of("dns-cases")) {
        SCOPED_TRACE(fixture.name);
        const json::value cases = json::parse(contents(fixtures / fixture.name));
        for (const json::value& each : cases.as_array()) {
            const json::object& object = each.as_object();
            object.contains("zone") ? compare_zone(object, tally) : compare_domain(object, tally);
        }
    }
    EXPECT_GT(tally.count(), 0);
}

TEST(Conformance, SchemasAreNoFiles) {
    Tally tally("schema");
    for (const Fixture& fixture : fixtures_of("schema")) {
        EXPECT_FALSE(
            parse_autoconfig(contents(fixtures / fixture.name), *parse_address("a@example.com")))
            << fixture.name;
        tally.differs(fixture.name, "it is about files and is none itself");
    }
}

TEST(Conformance, EveryFixtureIsOfAKindThatIsRead) {
    const std::map<std::string, int> read{
        {"autoconfig-xml", 0}, {"autodiscover-pox", 0}, {"pacc-json", 0},  {"dns-cases", 0},
        {"schema", 0},         {"xml-attack", 0},       {"psl-vectors", 0}};
    std::map<std::string, int> kinds = read;
    const std::vector<Fixture> all = all_fixtures();
    for (const Fixture& fixture : all) {
        EXPECT_TRUE(read.contains(fixture.kind)) << fixture.name << ": " << fixture.kind;
        EXPECT_TRUE(std::filesystem::exists(fixtures / fixture.name)) << fixture.name;
        ++kinds[fixture.kind];
    }
    std::cout << all.size() << " fixtures: " << testing::PrintToString(kinds) << "\n";
}

TEST(Conformance, XmlAttacksAreRefused) {
    Tally tally("xml-attack");
    for (const Fixture& fixture : fixtures_of("xml-attack")) {
        tally.compared();
        EXPECT_FALSE(
            parse_autoconfig(contents(fixtures / fixture.name), *parse_address("a@example.com")))
            << fixture.name;
    }
    EXPECT_GT(tally.count(), 0);
}

TEST(Conformance, PublicSuffixesAreThoseOfTheList) {
    const std::regex line(R"(^checkPublicSuffix\('([^']+)', (?:null|'([^']+)')\);)");
    Tally tally("psl-vectors, lines");
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
            tally.compared();
        }
    }
    EXPECT_GT(tally.count(), 50);
}

}  // namespace
}  // namespace gatepost::discovery
