#include "discovery/known_providers.h"

#include <cstdio>

namespace gatepost::discovery {
namespace {

// "2026-11-25"
std::string day_of(std::chrono::system_clock::time_point time) {
    const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(time));
    char text[32];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()),
                  static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
    return text;
}

}  // namespace

Result<std::shared_ptr<const ImportedProviders>> read_imported(
    std::string_view text, std::chrono::system_clock::time_point at) {
    if (text.size() > max_imported_bytes) {
        return problem(ProblemKind::too_large, "A provider table may have 1 MiB of text.");
    }
    auto table = ProviderTable::parse(text);
    if (!table) return problem(ProblemKind::bad_request, table.error().detail + ".");
    if (table->entries().empty()) {
        return problem(ProblemKind::bad_request, "There is no provider in the table.");
    }
    return std::make_shared<const ImportedProviders>(ImportedProviders{std::move(*table), at});
}

void KnownProviders::use(std::shared_ptr<const ImportedProviders> imported) {
    imported_ = std::move(imported);
}

KnownProviders::Known KnownProviders::by_domain(std::string_view domain) const {
    if (imported_) {
        if (const ProviderEntry* entry = imported_->table.by_domain(domain)) return {entry, true};
    }
    return {compiled_in_.by_domain(domain), false};
}

KnownProviders::Known KnownProviders::by_mx(std::string_view host) const {
    const ProviderTable::MxMatch compiled_in = compiled_in_.match_mx(host);
    if (imported_) {
        const ProviderTable::MxMatch imported = imported_->table.match_mx(host);
        if (imported.entry != nullptr && imported.name.size() >= compiled_in.name.size()) {
            return {imported.entry, true};
        }
    }
    return {compiled_in.entry, false};
}

const SecurityGateway* KnownProviders::gateway_by_mx(std::string_view host) const {
    return compiled_in_.gateway_by_mx(host);
}

std::string KnownProviders::origin_of(const Known& known) const {
    if (known.is_imported && imported_) return "imported " + day_of(imported_->at);
    return "compiled in";
}

}  // namespace gatepost::discovery
