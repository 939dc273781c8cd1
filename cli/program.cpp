#include "cli/program.h"

#include <unistd.h>

#include <filesystem>
#include <ostream>

#include "cli/account_commands.h"
#include "cli/discover_command.h"
#include "cli/events_command.h"
#include "cli/imap_tunnel.h"
#include "cli/provider_commands.h"
#include "cli/status_command.h"
#include "cli/text.h"
#include "cli/vault_commands.h"
#include "vault/vault.h"

namespace gatepost::cli {
namespace {

Outcome<void> run(const ImapTunnel& asked, const Invocation& invocation) {
    const std::filesystem::path api_socket(invocation.socket);
    auto done = run_imap_tunnel(api_socket.parent_path() / "imap.sock", asked.account,
                                {STDIN_FILENO, STDOUT_FILENO});
    if (!done) return Failure(done.error());
    return {};
}

Outcome<void> run(const InitVault& asked, Output output) {
    auto done = vault::make_root_key(asked.key_file);
    if (!done) return Failure(done.error());
    const std::filesystem::path file = std::filesystem::absolute(asked.key_file);
    if (output.json) {
        print_json(output, {{"key_file", file.string()}});
    } else {
        output.out << printable(
                          "A new root key is in " + file.string() +
                          ". Keep a copy somewhere safe: without it the vault cannot be opened, "
                          "and with it anybody can.")
                   << '\n';
    }
    return {};
}

Outcome<void> dispatch(const Invocation& invocation, Output output, std::ostream& err) {
    if (const auto* tunnel = std::get_if<ImapTunnel>(&invocation.command)) {
        return run(*tunnel, invocation);
    }
    if (const auto* init = std::get_if<InitVault>(&invocation.command)) return run(*init, output);
    if (const auto* asked = std::get_if<CheckVaultFile>(&invocation.command)) {
        return check_vault_file(*asked, output);
    }
    if (const auto* asked = std::get_if<FollowEvents>(&invocation.command)) {
        return follow_events(invocation.socket, *asked, output, err);
    }
    ApiClient api(invocation.socket);
    if (const auto* asked = std::get_if<ShowStatus>(&invocation.command)) {
        return show_status(api, *asked, output, ::isatty(STDOUT_FILENO) == 1);
    }
    if (const auto* asked = std::get_if<Discover>(&invocation.command)) {
        return discover(api, *asked, output);
    }
    if (is_provider_command(invocation.command)) {
        return run_provider_command(api, invocation.command, output);
    }
    if (is_vault_command(invocation.command)) {
        return run_vault_command(api, invocation.command, output, ::isatty(STDOUT_FILENO) == 1);
    }
    return run_account_command(api, invocation.command, output);
}

}  // namespace

int run(const Invocation& invocation, std::ostream& out, std::ostream& err) {
    const auto done = dispatch(invocation, {out, invocation.json}, err);
    out.flush();
    if (done) return 0;
    const bool out_is_imap = std::holds_alternative<ImapTunnel>(invocation.command);
    if (invocation.json && !done.error().shown && !out_is_imap) {
        print_json({out, true}, done.error().problem);
        out.flush();
    }
    err << "gatepost: " << reason_of(done.error()) << std::endl;
    return 1;
}

}  // namespace gatepost::cli
