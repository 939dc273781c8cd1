#include "old_vault.h"

#include <fstream>

namespace gatepost::vault {
namespace {

namespace fs = std::filesystem;

constexpr const char* root_key =
    "gatepost-root-key-1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh/+2Oq5\n";

}  // namespace

void make_old_vault(const VaultDirectory& directory, int schema) {
    fs::remove(directory.key_file());
    std::ofstream(directory.key_file()) << root_key;
    fs::permissions(directory.key_file(), fs::perms::owner_read);
    fs::create_directory(directory.file().parent_path());
    fs::permissions(directory.file().parent_path(), fs::perms::owner_all);
    directory.alter(bytes_in(std::string(GATEPOST_VAULT_SCHEMAS) + "/schema_" +
                             std::to_string(schema) + ".sql"));
    fs::permissions(directory.file(), fs::perms::owner_read | fs::perms::owner_write);
}

}  // namespace gatepost::vault
