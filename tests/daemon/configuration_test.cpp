// The configuration: every key is read, every mistake is told with its line.
#include "daemon/configuration.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace gatepost::daemon {
namespace {

using namespace std::chrono_literals;

std::string mistake_in(std::string_view text) {
    const auto parsed = parse_configuration(text, "g.toml");
    return parsed ? "none" : parsed.error().detail;
}

TEST(Configuration, ThatIsEmptyMeansTheDefaults) {
    const auto parsed = parse_configuration("", "g.toml");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(*parsed, Configuration());
}

TEST(Configuration, ExampleListsEveryKeyAtItsDefault) {
    const auto parsed = read_configuration(GATEPOST_EXAMPLE_CONFIGURATION, true);
    ASSERT_TRUE(parsed) << parsed.error().detail;
    EXPECT_EQ(*parsed, Configuration());

    std::ifstream file(GATEPOST_EXAMPLE_CONFIGURATION);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    for (const char* key : {"state_dir",
                            "runtime_dir",
                            "threads",
                            "socket_mode",
                            "socket_group",
                            "listen",
                            "public_url",
                            "certificate",
                            "key",
                            "root_key",
                            "servers",
                            "trust_ad",
                            "ca_file",
                            "allow",
                            "ports",
                            "deadline",
                            "ispdb_url",
                            "plain_http",
                            "probe",
                            "sessions_per_account",
                            "max_sessions_per_account",
                            "connects_in_flight",
                            "keepalive",
                            "lease_idle_timeout",
                            "level",
                            "format"}) {
        EXPECT_NE(text.find("\n" + std::string(key) + " = "), std::string::npos) << key;
    }
}

TEST(Configuration, ReadsEveryKey) {
    const auto parsed = parse_configuration(R"(
state_dir = "/s"
runtime_dir = "/r"
threads = 3
[api]
socket_mode = "0600"
socket_group = ""
[access]
crm = ["crm", "@support"]
"shop.1" = []
[web]
listen = ""
public_url = "https://x.example"
certificate = "/c"
key = "/k"
[vault]
root_key = "file:/key"
previous_root_key = "credential:old"
operators = ["backup", "@wheel"]
[dns]
servers = ["127.0.0.1:5301", "[::1]:53"]
trust_ad = true
[tls]
ca_file = "/ca"
[egress]
allow = ["127.0.0.0/8", "fd00::/8"]
ports = [993]
[discovery]
deadline = "500ms"
ispdb_url = ""
plain_http = true
probe = false
[pool]
sessions_per_account = 2
max_sessions_per_account = 3
connects_in_flight = 4
keepalive = "29m"
lease_idle_timeout = "1h"
[log]
level = "warning"
format = "text"
)",
                                            "g.toml");
    ASSERT_TRUE(parsed) << parsed.error().detail;
    Configuration expected;
    expected.state_dir = "/s";
    expected.runtime_dir = "/r";
    expected.threads = 3;
    expected.api = {0600, ""};
    expected.access = {{"crm", {"crm", "@support"}}, {"shop.1", {}}};
    expected.web = {"", "https://x.example", "/c", "/k"};
    expected.vault = {"file:/key", "credential:old"};
    expected.vault_operators = {"backup", "@wheel"};
    expected.dns = {{"127.0.0.1:5301", "[::1]:53"}, true};
    expected.tls = {"/ca"};
    expected.egress = {{"127.0.0.0/8", "fd00::/8"}, {993}};
    expected.discovery = {500ms, "", true, false};
    expected.pool = {2, 3, 4, 29min, 1h};
    expected.log = {LogLevel::warning, LogFormat::text};
    EXPECT_EQ(*parsed, expected);
}

struct Mistake {
    const char* text;
    const char* told;  ///< how the detail begins
};

class Mistakes : public testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, AreToldWithFileLineAndKey) {
    const std::string told = mistake_in(GetParam().text);
    EXPECT_TRUE(told.starts_with(GetParam().told)) << told;
}

INSTANTIATE_TEST_SUITE_P(
    All, Mistakes,
    testing::Values(
        Mistake{"state_dir = \n", "g.toml:1: "},
        Mistake{"threads = 1\nthreads = 2\n", "g.toml:2: "},
        Mistake{"\nstat_dir = \"/\"\n", "g.toml:2: stat_dir is not a key"},
        Mistake{"state_dir = 5\n", "g.toml:1: state_dir must be a string"},
        Mistake{"threads = -1\n", "g.toml:1: threads must be from 0 to 256"},
        Mistake{"threads = 1.5\n", "g.toml:1: threads must be a whole number"},
        Mistake{"[nonsense]\n", "g.toml:1: nonsense is not a key"},
        Mistake{"pool = 1\n", "g.toml:1: pool must be a table"},
        Mistake{"[api]\nsocket_mode = \"rw\"\n", "g.toml:2: api.socket_mode must be an octal"},
        Mistake{"[api]\nsocket_mode = \"0060\"\n", "g.toml:2: api.socket_mode"},
        Mistake{"[api]\nsocket_mode = \"4777\"\n", "g.toml:2: api.socket_mode"},
        Mistake{"[api]\nsocket_mode = 660\n", "g.toml:2: api.socket_mode must be a string"},
        Mistake{"[access]\ncrm = \"crm\"\n", "g.toml:2: access.crm must be a list"},
        Mistake{"[access]\ncrm = [\"a\",\n\"@\"]\n", "g.toml:3: access.crm: a name is missing"},
        Mistake{"[access]\n\"c r m\" = []\n", "g.toml:2: access.c r m is no application's name"},
        Mistake{"[web]\nlisten = \"127.0.0.1:1\"\n", "g.toml:2: web.listen is set, but the web"},
        Mistake{"[vault]\nroot_key = \"/key\"\n", "g.toml:2: vault.root_key must be"},
        Mistake{"[vault]\nprevious_root_key = \"old\"\n",
                "g.toml:2: vault.previous_root_key must be"},
        Mistake{"[dns]\nservers = [\"1.2.3.4\",\n \"dns.example\"]\n", "g.toml:3: dns.servers: "},
        Mistake{"[dns]\nservers = \"1.2.3.4\"\n", "g.toml:2: dns.servers must be a list"},
        Mistake{"[dns]\ntrust_ad = \"yes\"\n", "g.toml:2: dns.trust_ad must be true or false"},
        Mistake{"[egress]\nallow = [\"127.0.0.0/99\"]\n", "g.toml:2: egress.allow: "},
        Mistake{"[egress]\nports = [99999]\n", "g.toml:2: egress.ports must be a list of ports"},
        Mistake{"[egress]\nports = [0]\n", "g.toml:2: egress.ports"},
        Mistake{"[discovery]\ndeadline = \"5 minutes\"\n", "g.toml:2: discovery.deadline must be"},
        Mistake{"[discovery]\ndeadline = \"2m\"\n",
                "g.toml:2: discovery.deadline must be from 100ms to 1m"},
        Mistake{"[discovery]\ndeadline = 5\n", "g.toml:2: discovery.deadline must be a duration"},
        Mistake{"[discovery]\nispdb_url = \"http://x.example/\"\n",
                "g.toml:2: discovery.ispdb_url must begin with https"},
        Mistake{"[pool]\n\nsessions = 3\n", "g.toml:3: pool.sessions is not a key"},
        Mistake{"[pool]\nsessions_per_account = 0\n",
                "g.toml:2: pool.sessions_per_account must be from 1 to 100"},
        Mistake{"[pool]\nsessions_per_account = 6\n",
                "g.toml:2: pool.sessions_per_account must not be above"},
        Mistake{"[pool]\nkeepalive = \"30m\"\n", "g.toml:2: pool.keepalive must be from 1s to 29m"},
        Mistake{"[log]\nlevel = \"loud\"\n", "g.toml:2: log.level must be one of debug, info"},
        Mistake{"[log]\nformat = \"xml\"\n", "g.toml:2: log.format must be one of auto"},
        // Of several the first in the file.
        Mistake{"[log]\nlevel = \"loud\"\n[api]\nx = 1\n", "g.toml:2: log.level"}));

TEST(Configuration, FileThatIsNamedMustBeThere) {
    const auto read = read_configuration("/nonexistent/gatepost.toml", true);
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().detail.find("/nonexistent/gatepost.toml"), std::string::npos);
}

TEST(Configuration, FileThatIsNotNamedMayBeMissing) {
    const auto read = read_configuration("/nonexistent/gatepost.toml", false);
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, Configuration());
}

TEST(Configuration, FileThatIsADirectoryIsAnError) {
    EXPECT_FALSE(read_configuration("/", true));
    EXPECT_FALSE(read_configuration("/", false));
}

TEST(Configuration, ChangeOfAccessOrTheLogNeedsNoRestart) {
    Configuration changed;
    changed.access = {{"crm", {}}};
    changed.log.level = LogLevel::debug;
    EXPECT_TRUE(changes_for_a_restart(Configuration(), changed).empty());
    changed.pool.connects_in_flight = 1;
    changed.state_dir = "/elsewhere";
    EXPECT_EQ(changes_for_a_restart(Configuration(), changed),
              (std::vector<std::string>{"state_dir", "pool"}));
}

}  // namespace
}  // namespace gatepost::daemon
