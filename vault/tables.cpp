#include "vault/tables.h"

namespace gatepost::vault {

Result<std::unique_ptr<Tables>> Tables::open(const std::string& path, const KeyRing& ring) {
    auto connection = Connection::open(path);
    if (!connection) return connection.error();
    connection->checkpoint_on_close(true);
    return std::make_unique<Tables>(std::move(*connection), ring);
}

}  // namespace gatepost::vault
