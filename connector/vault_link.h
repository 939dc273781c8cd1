// The link to the vault: asked from the front's executor, answered on the vault's threads, awaited
// on the executor again. The vault always answers, so there are no deadlines here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "core/result.h"
#include "core/secret.h"
#include "vault/vault.h"

namespace gatepost::connector {

class VaultLink {
  public:
    /// The vault outlives the link, and the executor's context outlives the vault.
    VaultLink(boost::asio::any_io_executor executor, vault::Vault& vault)
        : executor_(std::move(executor)), vault_(vault) {}

    // As the functions of vault::Vault of these names.

    boost::asio::awaitable<Result<vault::AccountRecord>> put_account(
        vault::AccountRecord record, vault::PutMode mode, std::optional<Secret> credential);
    boost::asio::awaitable<Result<void>> remove_account(std::string id);
    boost::asio::awaitable<Result<Secret>> open_credential(std::string id, std::uint64_t version);

    boost::asio::awaitable<Result<void>> put_document(vault::Document document);
    boost::asio::awaitable<Result<void>> remove_document(std::string name);

    boost::asio::awaitable<Result<vault::VaultState>> read_state();

    [[nodiscard]] bool writable() const { return vault_.writable(); }

  private:
    boost::asio::any_io_executor executor_;
    vault::Vault& vault_;
};

}  // namespace gatepost::connector
