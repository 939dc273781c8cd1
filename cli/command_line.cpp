#include "cli/command_line.h"

#include <memory>
#include <string>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/requests.h"

namespace gatepost::cli {
namespace {

constexpr const char* default_socket = "/run/gatepost/api.sock";
constexpr int wrong_usage = 2;

// The grammar: subcommands write into `invocation` when their options have been read.
class Grammar {
  public:
    Grammar();

    CLI::App app{"Connects mailboxes and keeps them signed in.", "gatepost"};
    Invocation invocation;

  private:
    void add_discover();
    void add_accounts();
    void add_add(CLI::App& accounts);
    void add_list(CLI::App& accounts);
    void add_set_password(CLI::App& accounts);
    void add_action(CLI::App& accounts, const char* name, const char* description);
    void add_imap();
    void add_vault();
    void add_check(CLI::App& vault);
    void add_providers();
    void add_status();
    void add_events();

    // A subcommand with options of its own, which become the command.
    template <class T>
    std::pair<CLI::App*, T*> add(CLI::App& parent, const char* name, const char* description) {
        auto options = std::make_shared<T>();
        CLI::App* command = parent.add_subcommand(name, description);
        command->callback([this, options] { invocation.command = *options; });
        return {command, options.get()};
    }
};

void add_application(CLI::App& command, std::string& application) {
    command.add_option("--application", application, "whose account it is; else default's")
        ->type_name("NAME");
}

void add_account_name(CLI::App& command, std::string& name) {
    command.add_option("ACCOUNT", name, "its id or address")->required()->type_name("");
}

void add_account(CLI::App& command, NamedAccount& account) {
    add_account_name(command, account.name);
    add_application(command, account.application);
}

void add_labels(CLI::App& command, Labels& labels, const char* description) {
    command
        .add_option_function<std::vector<std::string>>(
            "--label",
            [&labels](const std::vector<std::string>& texts) {
                for (const std::string& text : texts)
                    labels.insert_or_assign(label_of(text)->first, label_of(text)->second);
            },
            description)
        ->type_name("NAME=VALUE")
        ->allow_extra_args(false)
        ->check([](const std::string& text) {
            return label_of(text) ? std::string() : "a label is NAME=VALUE, not " + text;
        });
}

Grammar::Grammar() {
    app.fallthrough();  // so that --json and --socket may stand behind the command
    app.require_subcommand(1);
    app.set_version_flag("--version", "gatepost " GATEPOST_VERSION);
    app.add_option("--socket", invocation.socket, "the daemon's API socket")
        ->envname("GATEPOST_SOCKET")
        ->default_str(default_socket)
        ->type_name("PATH");
    app.add_flag("--json", invocation.json, "print what the API answers");
    app.footer("Exit codes: 0 done, 1 refused or failed, 2 wrong usage.");
    add_discover();
    add_accounts();
    add_imap();
    add_vault();
    add_providers();
    add_status();
    add_events();
    invocation.socket = default_socket;
}

void Grammar::add_discover() {
    const auto [command, options] =
        add<Discover>(app, "discover", "find the settings of a mailbox, and what proves them");
    command->add_option("ADDRESS", options->address, "an e-mail address")
        ->required()
        ->type_name("");
    command->add_flag("--trace", options->trace, "show what every source said, and which one won");
    command->add_flag("--fresh", options->fresh,
                      "ask anew, even if the answer is known from a while ago");
    command->add_flag("--local", options->local,
                      "ask from here, without a daemon and what it has imported");
}

void Grammar::add_accounts() {
    CLI::App& accounts = *app.add_subcommand("account", "connect mailboxes and look after them");
    accounts.require_subcommand(1);
    add_add(accounts);
    add_list(accounts);
    const auto [show, shown] = add<ShowAccount>(accounts, "show", "show one account");
    add_account(*show, shown->account);
    add_action(accounts, "verify", "ask the provider now whether the account works");
    add_action(accounts, "pause", "close the account's sessions until it is resumed");
    add_action(accounts, "resume", "connect a paused account again");
    add_set_password(accounts);
    const auto [remove, removed] =
        add<RemoveAccount>(accounts, "remove", "forget the account and destroy its key");
    add_account(*remove, removed->account);
}

void Grammar::add_add(CLI::App& accounts) {
    const auto [command, options] =
        add<AddAccount>(accounts, "add", "connect a mailbox; asks for the password");
    command->add_option("ADDRESS", options->address, "an e-mail address")
        ->required()
        ->type_name("");
    command->add_flag("--password-stdin", options->password_from_stdin,
                      "read the password from the first line of standard input");
    CLI::Option* host =
        command->add_option("--host", options->host, "the IMAP server; else it is found")
            ->type_name("NAME");
    command->add_option("--port", options->port, "993 for tls, 143 for starttls")
        ->type_name("NUMBER")
        ->check(CLI::Range(1, 65535).description(""))
        ->needs(host);
    command->add_option("--security", options->security, "tls (the default) or starttls")
        ->type_name("WORD")
        ->check(CLI::IsMember({"tls", "starttls"}))
        ->needs(host);
    command->add_option("--username", options->username, "where it is not the address")
        ->type_name("NAME")
        ->needs(host);
    command->add_flag("--accept-unproven", options->accept_unproven,
                      "send the password although nothing proves the settings");
    command->add_option("--id", options->id, "the account's id; else the daemon makes one");
    add_application(*command, options->application);
    add_labels(*command, options->labels, "a label of yours; may be given again");
}

void Grammar::add_list(CLI::App& accounts) {
    const auto [command, options] = add<ListAccounts>(accounts, "list", "list the accounts");
    command
        ->add_option("--state", options->state,
                     "only these: connecting, live, retrying, refused or paused")
        ->type_name("WORD")
        ->check(CLI::IsMember({"connecting", "live", "retrying", "refused", "paused"}));
    add_application(*command, options->application);
    add_labels(*command, options->labels, "only those with this label; may be given again");
}

void Grammar::add_set_password(CLI::App& accounts) {
    const auto [command, options] =
        add<SetPassword>(accounts, "set-password", "sign in with a new password");
    add_account(*command, options->account);
    command->add_flag("--password-stdin", options->password_from_stdin,
                      "read the password from the first line of standard input");
}

void Grammar::add_action(CLI::App& accounts, const char* name, const char* description) {
    const auto [command, options] = add<ActOnAccount>(accounts, name, description);
    options->action = name;
    add_account(*command, options->account);
}

void Grammar::add_imap() {
    const auto [command, options] =
        add<ImapTunnel>(app, "imap", "signed-in IMAP on standard input and output");
    add_account_name(*command, options->account);
}

void Grammar::add_vault() {
    CLI::App& vault = *app.add_subcommand("vault", "the keys of what is stored");
    vault.require_subcommand(1);
    const auto [command, options] =
        add<InitVault>(vault, "init", "make a root key; needs no daemon");
    command
        ->add_option("--key-file", options->key_file,
                     "the new file; one that exists is never overwritten")
        ->type_name("PATH")
        ->required();
    add<ShowVault>(vault, "show", "show what it holds, and how its latest job goes");
    add<RotateVault>(vault, "rotate", "bring all keys under a new wrapping key, and wait for it");
    const auto [backup, backing_up] = add<BackUpVault>(
        vault, "backup", "copy it while it is served; the copy opens with the same root key");
    backup
        ->add_option("FILE", backing_up->file,
                     "the new file, which the daemon writes; one that exists is never overwritten")
        ->required()
        ->type_name("");
    add_check(vault);
}

void Grammar::add_check(CLI::App& vault) {
    const auto options = std::make_shared<CheckVaultFile>();
    CLI::App* const command = vault.add_subcommand(
        "check", "look at everything that is stored; exits with 1 where any is damaged");
    const auto key_file =
        command->add_option("--key-file", options->key_file, "its root key")->type_name("PATH");
    const auto file =
        command
            ->add_option("--file", options->file, "a file that no daemon serves, such as a backup")
            ->type_name("PATH");
    file->needs(key_file);
    key_file->needs(file);
    command->callback([this, options] {
        invocation.command = options->file.empty() ? Command(CheckVault()) : Command(*options);
    });
}

void Grammar::add_providers() {
    CLI::App& providers = *app.add_subcommand("providers", "what is known of mail providers");
    providers.require_subcommand(1);
    const auto [command, options] = add<ImportProviders>(
        providers, "import", "believe the files of a folder, in place of those imported before");
    command
        ->add_option("DIR", options->folder,
                     "has files NAME.xml in Thunderbird's form, each about one provider")
        ->required()
        ->type_name("");
    add<ShowProviders>(providers, "show", "show which tables are believed, and how old they are");
    add<RemoveProviders>(providers, "remove", "forget what was imported");
}

void Grammar::add_status() {
    const auto [command, options] =
        add<ShowStatus>(app, "status", "all accounts at a glance, by state and provider");
    command->add_flag("--watch", options->watch, "again every second, until Ctrl-C");
    command->add_option("--application", options->application, "only this one's accounts")
        ->type_name("NAME");
}

void Grammar::add_events() {
    const auto [command, options] =
        add<FollowEvents>(app, "events", "what happens, as it happens, until Ctrl-C");
    command->add_option("--account", options->account, "only this one's: its id or address")
        ->type_name("ACCOUNT");
    command->add_option("--application", options->application, "only this one's accounts")
        ->type_name("NAME");
}

}  // namespace

std::variant<Invocation, int> read_command_line(int argc, const char* const* argv,
                                                std::ostream& out, std::ostream& err) {
    Grammar grammar;
    try {
        grammar.app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return grammar.app.exit(error, out, err) == 0 ? 0 : wrong_usage;
    }
    return std::move(grammar.invocation);
}

}  // namespace gatepost::cli
