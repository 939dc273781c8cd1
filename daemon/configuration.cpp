#include "daemon/configuration.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>

#include "connector/account_id.h"
#include "daemon/toml_section.h"
#include "net/dns_servers.h"
#include "net/egress.h"

namespace gatepost::daemon {
namespace {

using namespace std::chrono_literals;

// More threads than that only take turns, on any machine of today.
constexpr std::size_t max_threads = 256;
// Providers allow an account 10 to 20 connections, of all its clients together.
constexpr std::size_t max_sessions = 100;
// Sign-ins at the same time: beyond it a provider would rather see an attack.
constexpr std::size_t max_connects = 10'000;
// RFC 3501 5.4: a server may end a session that was idle for 30 minutes.
constexpr std::chrono::milliseconds max_keepalive = 29min;

Result<void> check_network(const std::string& network) {
    const auto made = net::EgressPolicy::make({network}, {});
    if (!made) return made.error();
    return {};
}

Result<void> check_dns_server(const std::string& server) {
    const auto read = net::read_dns_server(server);
    if (!read) return read.error();
    return {};
}

/// "0660"; nothing unless it is octal, and the owner may read and write.
std::optional<mode_t> mode_of(std::string_view text) {
    unsigned mode = 0;
    const auto [rest, error] = std::from_chars(text.begin(), text.end(), mode, 8);
    if (error != std::errc() || rest != text.end() || mode > 0777 || (mode & 0600) != 0600) {
        return std::nullopt;
    }
    return mode;
}

void read_api(TomlSection section, Configuration::Api& api) {
    std::string mode = "0660";
    section.text("socket_mode", mode);
    if (const auto parsed = mode_of(mode)) {
        api.socket_mode = *parsed;
    } else {
        section.mistake("socket_mode",
                        "must be an octal mode such as \"0660\" that lets the owner "
                        "read and write.");
    }
    section.text("socket_group", api.socket_group);
    section.finish();
}

Result<void> check_admitted(const std::string& name) {
    if (!name.empty() && name != "@") return {};
    return problem(ProblemKind::configuration, "a name is missing; groups are \"@name\".");
}

void read_access(TomlSection section, AccessRules& access) {
    for (const std::string& application : section.keys()) {
        if (!connector::is_account_id(application)) {
            section.mistake(application,
                            "is no application's name: 1 to 64 characters of A-Z a-z 0-9 . _ -");
        }
        section.texts(application, access[application], check_admitted);
    }
    section.finish();
}

void read_web(TomlSection section, Configuration::Web& web) {
    section.text("listen", web.listen);
    section.text("public_url", web.public_url);
    section.text("certificate", web.certificate);
    section.text("key", web.key);
    if (!web.listen.empty()) {
        section.mistake("listen",
                        "is set, but the web listener is not available yet. Leave it "
                        "empty.");
    }
    section.finish();
}

bool is_key_source(std::string_view text) {
    return text.starts_with("credential:") || text.starts_with("file:/");
}

void read_vault(TomlSection section, Configuration::Vault& vault,
                std::vector<std::string>& operators) {
    section.text("root_key", vault.root_key);
    section.text("previous_root_key", vault.previous_root_key);
    const std::string sources = "must be \"credential:NAME\" or \"file:/path\".";
    if (!is_key_source(vault.root_key)) section.mistake("root_key", sources);
    if (!vault.previous_root_key.empty() && !is_key_source(vault.previous_root_key)) {
        section.mistake("previous_root_key", sources);
    }
    section.texts("operators", operators, check_admitted);
    section.finish();
}

void read_dns(TomlSection section, Configuration::Dns& dns) {
    section.texts("servers", dns.servers, check_dns_server);
    section.flag("trust_ad", dns.trust_ad);
    section.finish();
}

void read_tls(TomlSection section, Configuration::Tls& tls) {
    section.text("ca_file", tls.ca_file);
    section.finish();
}

void read_egress(TomlSection section, Configuration::Egress& egress) {
    section.texts("allow", egress.allow, check_network);
    section.ports("ports", egress.ports);
    section.finish();
}

void read_discovery(TomlSection section, Configuration::Discovery& discovery) {
    section.duration("deadline", discovery.deadline, 100ms, 1min);
    section.text("ispdb_url", discovery.ispdb_url);
    if (!discovery.ispdb_url.empty() && !discovery.ispdb_url.starts_with("https://")) {
        section.mistake("ispdb_url", "must begin with https://, or be empty.");
    }
    section.flag("plain_http", discovery.plain_http);
    section.flag("probe", discovery.probe);
    section.finish();
}

void read_pool(TomlSection section, Configuration::Pool& pool) {
    section.number("sessions_per_account", pool.sessions_per_account, 1, max_sessions);
    section.number("max_sessions_per_account", pool.max_sessions_per_account, 1, max_sessions);
    if (pool.max_sessions_per_account < pool.sessions_per_account) {
        const std::string what = "must not be below sessions_per_account.";
        section.mistake("max_sessions_per_account", what);
        section.mistake("sessions_per_account", "must not be above max_sessions_per_account.");
    }
    section.number("connects_in_flight", pool.connects_in_flight, 1, max_connects);
    section.duration("keepalive", pool.keepalive, 1s, max_keepalive);
    section.duration("lease_idle_timeout", pool.lease_idle_timeout, 1s, 24h);
    section.finish();
}

void read_log(TomlSection section, Configuration::Logging& log) {
    if (const auto level = section.word("level", {"debug", "info", "warning", "error"})) {
        log.level = static_cast<LogLevel>(*level);
    }
    if (const auto format = section.word("format", {"auto", "journald", "json", "text"})) {
        log.format = static_cast<LogFormat>(*format);
    }
    section.finish();
}

Configuration read(TomlFile& file, const toml::table& table) {
    Configuration read;
    TomlSection top(file, "", &table);
    top.text("state_dir", read.state_dir);
    top.text("runtime_dir", read.runtime_dir);
    top.number("threads", read.threads, 0, max_threads);
    const auto section = [&](const char* name) { return TomlSection(file, name, top.table(name)); };
    read_api(section("api"), read.api);
    read_access(section("access"), read.access);
    read_web(section("web"), read.web);
    read_vault(section("vault"), read.vault, read.vault_operators);
    read_dns(section("dns"), read.dns);
    read_tls(section("tls"), read.tls);
    read_egress(section("egress"), read.egress);
    read_discovery(section("discovery"), read.discovery);
    read_pool(section("pool"), read.pool);
    read_log(section("log"), read.log);
    top.finish();
    return read;
}

Problem unreadable(const std::filesystem::path& file, int error) {
    return problem(ProblemKind::configuration,
                   file.string() + " cannot be read: " + std::strerror(error) + ".");
}

}  // namespace

Result<Configuration> parse_configuration(std::string_view text, const std::string& name) {
    TomlFile file(name);
    Configuration configuration;
    try {
        configuration = read(file, toml::parse(text, std::string_view(name)));
    } catch (const toml::parse_error& error) {
        file.mistake(error.source().begin.line, std::string(error.description()));
    }
    if (auto problem = file.problem()) return std::move(*problem);
    return configuration;
}

Result<Configuration> read_configuration(const std::filesystem::path& file, bool named) {
    errno = 0;
    std::ifstream stream(file);
    if (!stream) {
        const int error = errno;
        if (error == ENOENT && !named) return Configuration();
        return unreadable(file, error);
    }
    if (std::filesystem::is_directory(file)) return unreadable(file, EISDIR);
    const std::string text(std::istreambuf_iterator<char>(stream), {});
    return parse_configuration(text, file.string());
}

std::vector<std::string> changes_for_a_restart(const Configuration& running,
                                               const Configuration& read) {
    std::vector<std::string> changes;
    const auto compare = [&](const char* name, auto Configuration::*section) {
        if (running.*section != read.*section) changes.emplace_back(name);
    };
    compare("state_dir", &Configuration::state_dir);
    compare("runtime_dir", &Configuration::runtime_dir);
    compare("threads", &Configuration::threads);
    compare("api", &Configuration::api);
    compare("web", &Configuration::web);
    compare("vault", &Configuration::vault);
    compare("dns", &Configuration::dns);
    compare("tls", &Configuration::tls);
    compare("egress", &Configuration::egress);
    compare("discovery", &Configuration::discovery);
    compare("pool", &Configuration::pool);
    return changes;
}

}  // namespace gatepost::daemon
