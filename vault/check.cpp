#include "vault/check.h"

#include <memory>
#include <utility>

#include "vault/account_check.h"
#include "vault/account_examination.h"

namespace gatepost::vault {
namespace {

Problem stopped() {
    return problem(ProblemKind::cancelled, "The check was interrupted, since Gatepost stops.");
}

/// The keys as the next start would load them.
Result<std::unique_ptr<KeyRing>> load_keys(Connection& connection, const Result<Key>& root) {
    if (!root) return root.error();
    return KeyRing::load(connection, *root);
}

/// Damage is what is looked for; anything else ends the check.
Result<void> check_file(Connection& connection, CheckReport& found) {
    Statement check = connection.prepare("PRAGMA integrity_check(100)");
    Rows rows = check.with();
    auto done = rows.each([&] {
        if (rows.text(0) != "ok") found.file.push_back(readable(rows.text(0)));
    });
    if (done || !is_damage(done.error())) return done;
    found.file.push_back(done.error().detail);
    return {};
}

Result<void> check_accounts(Tables& tables, const KeyRing& keys, const std::atomic<bool>& stopping,
                            const ReportProgress& report, CheckReport& found) {
    const auto total = tables.connection.integer("SELECT count(*) FROM accounts");
    Progress progress{0, total ? static_cast<std::uint64_t>(*total) : 0};
    AccountExamination examination(tables, keys);
    for (bool more = true; more;) {
        report(progress);
        if (stopping) return stopped();
        const auto done = examination.go_on();
        if (!done) return done.error();
        more = *done;
        progress.done = examination.accounts();
    }
    report({progress.done, progress.done});
    found.accounts = examination.accounts();
    found.damaged_accounts = examination.damaged();
    return {};
}

Result<void> check_documents(DocumentTable& documents, CheckReport& found) {
    const auto names = documents.names();
    if (!names) return names.error();
    for (const std::string& name : *names) {
        const auto document = documents.load(name);
        if (document && !*document) continue;  // removed meanwhile
        ++found.documents;
        if (!document) found.damaged_documents.push_back({readable(name), Damage::row});
    }
    return {};
}

}  // namespace

Result<CheckReport> check_vault(Tables& tables, const Result<Key>& root, const KeyRing& keys,
                                const std::atomic<bool>& stopping, const ReportProgress& report) {
    if (stopping) return stopped();
    CheckReport found;
    if (auto done = check_file(tables.connection, found); !done) return done.error();
    const auto loaded = load_keys(tables.connection, root);
    if (!loaded) found.keys = loaded.error();
    auto done = check_accounts(tables, loaded ? **loaded : keys, stopping, report, found);
    // What lies on a page that does not read was told with the file.
    if (!done && !is_damage(done.error())) return done.error();
    done = check_documents(tables.documents, found);
    if (!done && !is_damage(done.error())) return done.error();
    return found;
}

}  // namespace gatepost::vault
