// Credential: what one sign-in needs beside the settings. Handed in for one sign-in and wiped after
// it.
#pragma once

#include <string>

#include "core/secret.h"
#include "core/settings.h"

namespace gatepost::imap {

struct Credential {
    AuthMethod method = AuthMethod::password;
    Secret secret;  ///< the password, or the access token
};

}  // namespace gatepost::imap
