// The accounts of the vault's benches. scripts/bench-vault knows their ids and addresses.
#pragma once

#include <string>

#include "vault/vault.h"

namespace gatepost::vault {

/// Paused, so that a daemon that is started on it signs in nowhere.
inline AccountRecord bench_account(std::size_t number) {
    const std::string text = std::to_string(number);
    AccountRecord record;
    record.id = "account-" + text;
    record.email = "user-" + text + "@domain-" + std::to_string(number % 1000) + ".example";
    record.provider = "provider.example";
    record.settings = {
        "imap.provider.example", 993, Security::tls, record.email, {AuthMethod::password}};
    record.standing = AccountRecord::Standing::paused;
    record.created_at_ms = record.state_since_ms = 1'700'000'000'000;
    record.labels = {{"tenant", std::to_string(number % 100)}};
    return record;
}

}  // namespace gatepost::vault
