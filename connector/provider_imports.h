// The provider table that an operator has imported: stored in the vault, believed by discovery, the
// same before and after a restart. On the front's executor.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "connector/vault_link.h"
#include "core/result.h"
#include "discovery/known_providers.h"

namespace gatepost::connector {

class ProviderImports {
  public:
    /// Both outlive the object; the executor's context outlives the vault.
    ProviderImports(boost::asio::any_io_executor executor, vault::Vault& vault,
                    discovery::KnownProviders& known);

    /// Believes the table that is stored, if one is. For the start; blocks. After a failure the
    /// compiled-in table is believed, and what is stored stays as it is: vault_damaged, or
    /// bad_request for what this version cannot read.
    Result<void> load();

    struct Table {
        std::size_t providers = 0;
        std::size_t domains = 0;
        std::optional<std::chrono::system_clock::time_point> imported_at;
    };
    [[nodiscard]] static Table compiled_in();
    /// Nothing when only the compiled-in table is believed.
    [[nodiscard]] std::optional<Table> imported() const;

    /// Stores the text form in place of what was imported before, then believes it. Fails as
    /// discovery::read_imported and Vault::put_document; then nothing has changed.
    boost::asio::awaitable<Result<void>> put(std::string text);
    /// Forgets what was imported. Nothing to forget is no failure.
    boost::asio::awaitable<Result<void>> remove();

  private:
    vault::Vault& stored_;
    VaultLink vault_;
    discovery::KnownProviders& known_;
};

}  // namespace gatepost::connector
