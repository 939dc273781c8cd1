#include "cli/account_commands.h"

#include <unistd.h>

#include <ostream>

#include "cli/members.h"
#include "cli/password.h"
#include "cli/print_account.h"
#include "cli/requests.h"
#include "cli/text.h"

namespace gatepost::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t accounts_a_page = 100;  // the API's default; see max_answer_bytes

Outcome<Secret> password_for(const std::string& account, bool from_stdin) {
    auto password = from_stdin ? read_password(STDIN_FILENO)
                               : ask_password("Password of " + printable(account) + ": ");
    if (!password) return Failure(password.error());
    return std::move(*password);
}

using Printer = void (*)(std::ostream&, const json::object&);

Outcome<void> ask_for_account(ApiClient& api, ApiRequest request, Output output, Printer print) {
    auto answer = api.send(std::move(request));
    if (!answer) return std::move(answer).error();
    if (output.json) {
        print_json(output, *answer);
    } else if (answer->is_object()) {
        print(output.out, answer->get_object());
    }
    return {};
}

Outcome<void> run(ApiClient& api, const AddAccount& asked, Output output) {
    auto password = password_for(asked.address, asked.password_from_stdin);
    if (!password) return std::move(password).error();
    return ask_for_account(api, {"POST", "/v1/accounts", connect_body(asked, *password)}, output,
                           print_standing);
}

Outcome<void> run(ApiClient& api, const SetPassword& asked, Output output) {
    auto password = password_for(asked.account.name, asked.password_from_stdin);
    if (!password) return std::move(password).error();
    return ask_for_account(api, {"PATCH", account_target(asked.account), password_body(*password)},
                           output, print_standing);
}

Outcome<void> run(ApiClient& api, const ShowAccount& asked, Output output) {
    return ask_for_account(api, {"GET", account_target(asked.account)}, output, print_account);
}

Outcome<void> run(ApiClient& api, const ActOnAccount& asked, Output output) {
    return ask_for_account(api, {"POST", account_target(asked.account, asked.action)}, output,
                           print_standing);
}

Outcome<void> run(ApiClient& api, const RemoveAccount& asked, Output output) {
    auto answer = api.send({"DELETE", account_target(asked.account)});
    if (!answer) return std::move(answer).error();
    // The API answers 204, which has no JSON to print.
    if (!output.json) output.out << printable(asked.account.name) << ": removed\n";
    return {};
}

Outcome<json::array> all_pages(ApiClient& api, const ListAccounts& filter) {
    json::array accounts;
    std::string after;
    while (true) {
        auto answer = api.send({"GET", accounts_target(filter, accounts_a_page, after)});
        if (!answer) return std::move(answer).error();
        if (!answer->is_object()) return accounts;
        const json::array& page = array_of(answer->get_object(), "accounts");
        accounts.insert(accounts.end(), page.begin(), page.end());
        after = text_of(answer->get_object(), "next");
        if (after.empty()) return accounts;
    }
}

Outcome<void> run(ApiClient& api, const ListAccounts& asked, Output output) {
    auto accounts = all_pages(api, asked);
    if (!accounts) return std::move(accounts).error();
    if (output.json) {
        print_json(output, {{"accounts", std::move(*accounts)}});
    } else {
        print_accounts(output.out, *accounts);
    }
    return {};
}

}  // namespace

Outcome<void> run_account_command(ApiClient& api, const Command& command, Output output) {
    return std::visit(
        [&](const auto& asked) -> Outcome<void> {
            if constexpr (requires { run(api, asked, output); }) return run(api, asked, output);
            return {};
        },
        command);
}

}  // namespace gatepost::cli
