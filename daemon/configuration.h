// The configuration: gatepost.toml, checked, with every default. Read at the start and again on
// SIGHUP; etc/gatepost.toml lists all of it with its reasons, and a test holds the two together.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "daemon/log_line.h"

namespace gatepost::daemon {

inline constexpr const char* default_configuration_file = "/etc/gatepost/gatepost.toml";

/// By application: names of users, and of groups with an '@' in front.
using AccessRules = std::map<std::string, std::vector<std::string>>;

struct Configuration {
    std::string state_dir = "/var/lib/gatepost";  ///< vault.db
    std::string runtime_dir = "/run/gatepost";    ///< api.sock, imap.sock
    std::size_t threads = 0;                      ///< reactors; 0: one a core

    struct Api {
        mode_t socket_mode = 0660;
        std::string socket_group = "gatepost";  ///< empty: the process's own
        bool operator==(const Api&) const = default;
    } api;

    AccessRules access;                        ///< whose accounts are whose
    std::vector<std::string> vault_operators;  ///< vault.operators: names as in the rules

    struct Web {
        std::string listen;  ///< empty: off, which is all there is yet
        std::string public_url;
        std::string certificate;
        std::string key;
        bool operator==(const Web&) const = default;
    } web;

    struct Vault {
        std::string root_key = "credential:root-key";
        std::string previous_root_key;  ///< empty: none
        bool operator==(const Vault&) const = default;
    } vault;

    struct Dns {
        std::vector<std::string> servers;  ///< empty: the system's
        bool trust_ad = false;
        bool operator==(const Dns&) const = default;
    } dns;

    struct Tls {
        std::string ca_file;  ///< empty: the system's CAs
        bool operator==(const Tls&) const = default;
    } tls;

    struct Egress {
        std::vector<std::string> allow;
        std::vector<std::uint16_t> ports{143, 993};
        bool operator==(const Egress&) const = default;
    } egress;

    struct Discovery {
        std::chrono::milliseconds deadline{5000};
        std::string ispdb_url = "https://autoconfig.thunderbird.net/v1.1/";  ///< empty: off
        bool plain_http = false;
        bool probe = true;
        bool operator==(const Discovery&) const = default;
    } discovery;

    struct Pool {
        std::size_t sessions_per_account = 1;
        std::size_t max_sessions_per_account = 5;
        std::size_t connects_in_flight = 64;
        std::chrono::milliseconds keepalive{std::chrono::minutes(9)};
        std::chrono::milliseconds lease_idle_timeout{std::chrono::minutes(30)};
        bool operator==(const Pool&) const = default;
    } pool;

    struct Logging {
        LogLevel level = LogLevel::info;
        LogFormat format = LogFormat::automatic;
        bool operator==(const Logging&) const = default;
    } log;

    bool operator==(const Configuration&) const = default;
};

/// @param name what stands in front of the line in an error: "gatepost.toml:7: pool.keepalive …"
/// Fails with `configuration`, telling the first mistake.
Result<Configuration> parse_configuration(std::string_view text, const std::string& name);

/// @param named the user named this file, so that it has to be there
/// Fails with `configuration`.
Result<Configuration> read_configuration(const std::filesystem::path& file, bool named);

/// The sections ("pool", or "state_dir" at the top) in which the two differ and that are only read
/// at the start: all but access, vault.operators and log.
std::vector<std::string> changes_for_a_restart(const Configuration& running,
                                               const Configuration& read);

}  // namespace gatepost::daemon
