// What the user asked for, as command_line.h read it and program.h carries it out.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>

namespace gatepost::cli {

using Labels = std::map<std::string, std::string>;

struct Discover {
    std::string address;
    bool trace = false;
    bool local = false;  ///< in this process, without a daemon
    bool fresh = false;  ///< not from the daemon's memory
};

/// What was not given is empty, and the daemon decides.
struct AddAccount {
    std::string address;
    std::string application;
    bool password_from_stdin = false;
    std::string host;
    std::optional<std::uint16_t> port;
    std::string security;
    std::string username;
    bool accept_unproven = false;
    std::string id;
    Labels labels;
};

struct ListAccounts {
    std::string application;
    std::string state;
    Labels labels;
};

/// By its id or address.
struct NamedAccount {
    std::string name;
    std::string application;  ///< empty: any for an id, the default one for an address
};

struct ShowAccount {
    NamedAccount account;
};
struct RemoveAccount {
    NamedAccount account;
};
struct SetPassword {
    NamedAccount account;
    bool password_from_stdin = false;
};
/// verify, pause and resume, by the API's word for it.
struct ActOnAccount {
    NamedAccount account;
    std::string action;
};

struct ImapTunnel {
    std::string account;
};

struct InitVault {
    std::string key_file;
};

struct ShowVault {};
struct RotateVault {};
struct BackUpVault {
    std::string file;
};
struct CheckVault {};
/// A file that no daemon serves.
struct CheckVaultFile {
    std::string file;
    std::string key_file;
};

/// A folder of files in Thunderbird's form.
struct ImportProviders {
    std::string folder;
};
struct ShowProviders {};
struct RemoveProviders {};

/// What is not named is not filtered by.
struct FollowEvents {
    std::string account;
    std::string application;
};

struct ShowStatus {
    std::string application;
    bool watch = false;
};

using Command = std::variant<Discover, AddAccount, ListAccounts, ShowAccount, RemoveAccount,
                             SetPassword, ActOnAccount, ImapTunnel, InitVault, ShowVault,
                             RotateVault, BackUpVault, CheckVault, CheckVaultFile, ImportProviders,
                             ShowProviders, RemoveProviders, FollowEvents, ShowStatus>;

struct Invocation {
    std::string socket;  ///< of the API
    bool json = false;
    Command command;
};

}  // namespace gatepost::cli
