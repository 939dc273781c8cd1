#include "daemon/system_names.h"

#include <grp.h>
#include <pwd.h>

#include <vector>

namespace gatepost::daemon {
namespace {

// Where an entry's texts lie, a group's members among them, which nobody looks at.
constexpr std::size_t entry_bytes = std::size_t{64} * 1024;

}  // namespace

std::optional<uid_t> user_id_of(const std::string& name) {
    std::vector<char> buffer(entry_bytes);
    passwd entry{};
    passwd* found = nullptr;
    ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (found == nullptr) return std::nullopt;
    return found->pw_uid;
}

std::optional<gid_t> group_id_of(const std::string& name) {
    std::vector<char> buffer(entry_bytes);
    group entry{};
    group* found = nullptr;
    ::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (found == nullptr) return std::nullopt;
    return found->gr_gid;
}

}  // namespace gatepost::daemon
