// By which settings to sign in: decided from what discovery found, or from what the caller named.
// Pure. Both come from outside: the report from anyone's servers, the request from callers of the
// API.
#pragma once

#include <optional>
#include <string>

#include "connector/connector.h"
#include "discovery/report.h"
#include "net/egress.h"

namespace gatepost::connector {

struct Decision {
    Settings settings;
    std::string provider;  ///< discovery's provider id, or the host's domain
    /// The provider is known to want an app password; then with its page about them, where known.
    bool app_password = false;
    std::string documentation;
};

/// Fails with settings_not_found, settings_unproven (unless they are accepted so) and no_imap, each
/// with the report; with sign_in_refused when the provider takes no passwords; with
/// host_not_allowed.
Outcome<Decision> decide_by_report(const discovery::Report& report, bool accept_unproven,
                                   const net::EgressPolicy& egress);

/// Fails with bad_request (not a host name; a username that cannot be sent) and host_not_allowed.
/// @param email the account's, which is the username where none is named
Result<Decision> decide_by_request(const std::string& email, const ImapRequest& request,
                                   const net::EgressPolicy& egress);

/// For an account that exists: its own settings, or those that are to replace them.
Result<Decision> decide_by_record(const vault::AccountRecord& record,
                                  const std::optional<ImapRequest>& replacement,
                                  const net::EgressPolicy& egress);

/// What to tell when signing in failed: where the provider is known to want an app password, a
/// refusal most likely means that the account's own was given.
Problem explain_sign_in_problem(Problem problem, const Decision& decision);

}  // namespace gatepost::connector
