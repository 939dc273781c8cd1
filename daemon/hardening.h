// What the process gives up, and what it takes, before it touches a secret or a socket.
#pragma once

#include "core/result.h"

namespace gatepost::daemon {

/// No core files, no ptrace by its own user, files for nobody else, SIGPIPE ignored; memory for
/// secrets that is locked; and as many descriptors as the hard limit allows. Once, before there are
/// threads. Fails with `configuration` when memory cannot be locked.
Result<void> harden_process();

}  // namespace gatepost::daemon
