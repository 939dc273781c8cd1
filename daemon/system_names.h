// The system's users and groups by their names. Blocks: the system may ask others for them.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace gatepost::daemon {

/// Nothing when there is no such user.
std::optional<uid_t> user_id_of(const std::string& name);
/// Nothing when there is no such group.
std::optional<gid_t> group_id_of(const std::string& name);

}  // namespace gatepost::daemon
