// What the vault is measured against: the same work with bare libsodium and bare SQLite, without
// its interface, checks, tags and threads.
#pragma once

#include <cstddef>
#include <filesystem>

namespace gatepost::vault::bare {

/// Seals as many texts of 256 bytes, each by a fresh key that is wrapped itself.
void seal(std::size_t count);
/// Seals one, and opens it as many times with its key.
void unseal(std::size_t count);

/// Stores as many accounts with their keys in a new database, so many to a commit, as durably as
/// the vault does.
void store(const std::filesystem::path& file, std::size_t count, std::size_t to_a_commit);

}  // namespace gatepost::vault::bare
