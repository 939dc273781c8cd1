// The way to sign in: which mechanism, by what the server offers and what the credential is, and
// the command that carries it. A token is never sent as a password, nor the other way round. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/secret.h"
#include "core/settings.h"
#include "imap/capabilities.h"
#include "imap/credential.h"

namespace gatepost::imap {

enum class Mechanism {
    plain,        ///< AUTHENTICATE PLAIN (RFC 4616)
    login,        ///< LOGIN (RFC 3501 6.2.3): ASCII only
    xoauth2,      ///< AUTHENTICATE XOAUTH2
    oauthbearer,  ///< AUTHENTICATE OAUTHBEARER (RFC 7628)
};

/// @param offered by the server, after TLS has begun
/// Fails with sign_in_refused where the server offers no way for such a credential (fact reason:
/// no_mechanism, or not_ascii), and with bad_request for what no mechanism can carry: NUL, or
/// control characters in what goes with a token.
Result<Mechanism> choose_mechanism(const Capabilities& offered, const Settings& settings,
                                   const Credential& credential);

/// The command, in parts between which the server is to say "+" (RFC 3501 7.5). One part mostly;
/// more where literals are needed or the server takes no initial response (RFC 4959).
std::vector<Secret> sign_in_command(Mechanism mechanism, const Capabilities& offered,
                                    std::string_view tag, const Settings& settings,
                                    const Credential& credential);

/// What is sent when the server answers a token with a challenge that holds its error, so that it
/// can go on to its NO (RFC 7628 3.2.3); nothing for mechanisms in which it may not challenge.
std::string_view answer_to_error_challenge(Mechanism mechanism);

/// True when the text repeats the secret, in any form in which a mechanism sends it: some servers
/// quote the command that they refuse, and what they say is kept and shown.
bool reveals_secret(std::string_view text, Mechanism mechanism, const Settings& settings,
                    const Credential& credential);

}  // namespace gatepost::imap
