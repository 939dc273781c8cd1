#include "cli/provider_commands.h"

#include <ostream>

#include "cli/members.h"
#include "cli/print_providers.h"
#include "cli/provider_folder.h"
#include "cli/requests.h"
#include "discovery/provider_import.h"
#include "discovery/text.h"

namespace gatepost::cli {
namespace {

namespace json = boost::json;

Problem nothing_to_import(const std::string& folder, const json::array& skipped) {
    std::string detail = "There is no file in " + folder + " that could be imported.";
    if (!skipped.empty()) {
        const json::object& first = skipped.front().get_object();
        detail += " " + text_of(first, "file") + ": " + text_of(first, "detail");
    }
    return problem(ProblemKind::not_found, std::move(detail));
}

struct ImportedFolder {
    discovery::ProviderImport table;
    json::array skipped;   ///< {file, detail}: files that were not imported
    json::array left_out;  ///< the same for parts of files that were
};

// A file's name may be any bytes.
json::object remark(const std::string& file, const std::string& detail) {
    return {{"file", discovery::valid_utf8(file)}, {"detail", discovery::valid_utf8(detail)}};
}

Result<ImportedFolder> import_folder(const std::string& folder) {
    ImportedFolder imported;
    const auto read =
        read_provider_folder(folder, [&](const std::string& name, Result<std::string> text) {
            const auto added = text ? imported.table.add(*text) : text.error();
            if (!added) {
                imported.skipped.push_back(remark(name, added.error().detail));
                return;
            }
            for (const std::string& what : *added)
                imported.left_out.push_back(remark(name, what + "."));
        });
    if (!read) return read.error();
    return imported;
}

Outcome<void> run(ApiClient& api, const ImportProviders& asked, Output output) {
    auto imported = import_folder(asked.folder);
    if (!imported) return Failure(imported.error());
    if (imported->table.providers() == 0) {
        return Failure(nothing_to_import(asked.folder, imported->skipped));
    }
    auto answer = api.send({"PUT", "/v1/providers", providers_body(imported->table.text())});
    if (!answer) return std::move(answer).error();
    json::object report;
    report["providers"] = imported->table.providers();
    report["domains"] = imported->table.domains();
    report["skipped"] = std::move(imported->skipped);
    report["left_out"] = std::move(imported->left_out);
    if (output.json) {
        print_json(output, report);
    } else {
        print_import(output.out, report);
    }
    return {};
}

Outcome<void> run(ApiClient& api, const ShowProviders&, Output output) {
    auto answer = api.send({"GET", "/v1/providers"});
    if (!answer) return std::move(answer).error();
    if (output.json) {
        print_json(output, *answer);
    } else if (answer->is_object()) {
        print_providers(output.out, answer->get_object());
    }
    return {};
}

Outcome<void> run(ApiClient& api, const RemoveProviders&, Output output) {
    auto answer = api.send({"DELETE", "/v1/providers"});
    if (!answer) return std::move(answer).error();
    if (!output.json) output.out << "Only the compiled-in providers are believed now.\n";
    return {};
}

}  // namespace

bool is_provider_command(const Command& command) {
    return std::holds_alternative<ImportProviders>(command) ||
           std::holds_alternative<ShowProviders>(command) ||
           std::holds_alternative<RemoveProviders>(command);
}

Outcome<void> run_provider_command(ApiClient& api, const Command& command, Output output) {
    if (const auto* import = std::get_if<ImportProviders>(&command)) {
        return run(api, *import, output);
    }
    if (const auto* show = std::get_if<ShowProviders>(&command)) return run(api, *show, output);
    return run(api, RemoveProviders(), output);
}

}  // namespace gatepost::cli
