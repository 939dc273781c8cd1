// The writes that the vault's callers ask for, as the writer takes them.
#pragma once

#include <memory>

#include "vault/vault.h"
#include "vault/writer.h"

namespace gatepost::vault {

std::unique_ptr<Write> put_account_write(AccountRecord record, PutMode mode,
                                         std::optional<Secret> credential,
                                         Answer<AccountRecord> answer);
std::unique_ptr<Write> remove_account_write(std::string id, Answer<void> answer);
std::unique_ptr<Write> put_document_write(Document document, Answer<void> answer);
std::unique_ptr<Write> remove_document_write(std::string name, Answer<void> answer);

}  // namespace gatepost::vault
