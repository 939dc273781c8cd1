#include "connector/provider_imports.h"

#include "connector/unix_time.h"

namespace gatepost::connector {
namespace {

using Clock = std::chrono::system_clock;

constexpr const char* document_name = "providers";

}  // namespace

ProviderImports::ProviderImports(boost::asio::any_io_executor executor, vault::Vault& vault,
                                 discovery::KnownProviders& known)
    : stored_(vault), vault_(std::move(executor), vault), known_(known) {}

Result<void> ProviderImports::load() {
    const auto document = stored_.load_document(document_name);
    if (!document) return document.error();
    if (!*document) return {};
    auto table = discovery::read_imported((*document)->text, time_of((*document)->stored_at_ms));
    if (!table) return table.error();
    known_.use(std::move(*table));
    return {};
}

ProviderImports::Table ProviderImports::compiled_in() {
    const auto& table = discovery::ProviderTable::compiled_in();
    return {table.entries().size(), table.domains(), std::nullopt};
}

std::optional<ProviderImports::Table> ProviderImports::imported() const {
    const auto& imported = known_.imported();
    if (!imported) return std::nullopt;
    return Table{imported->table.entries().size(), imported->table.domains(), imported->at};
}

boost::asio::awaitable<Result<void>> ProviderImports::put(std::string text) {
    // As precise as it is stored, so that it is the same after a restart.
    const std::int64_t now = milliseconds_of(Clock::now());
    auto table = discovery::read_imported(text, time_of(now));
    if (!table) co_return table.error();
    vault::Document document{document_name, std::move(text), now};
    const auto stored = co_await vault_.put_document(std::move(document));
    if (!stored) co_return stored.error();
    known_.use(std::move(*table));
    co_return Result<void>();
}

boost::asio::awaitable<Result<void>> ProviderImports::remove() {
    const auto removed = co_await vault_.remove_document(document_name);
    if (!removed && removed.error().kind != ProblemKind::not_found) co_return removed.error();
    known_.use(nullptr);
    co_return Result<void>();
}

}  // namespace gatepost::connector
