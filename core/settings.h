// Settings: how a mailbox is reached, the one shape that discovery finds, imap signs in by, vault
// stores and the API shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost {

/// How the connection becomes secure. There is no third way: plaintext is never settings.
enum class Security { tls, starttls };

enum class AuthMethod { password, xoauth2, oauthbearer };

struct Settings {
    std::string host;  ///< A-label, lower case, no trailing dot
    std::uint16_t port = 993;
    Security security = Security::tls;
    std::string username;
    std::vector<AuthMethod> auth{AuthMethod::password};  ///< in the order of preference

    bool operator==(const Settings&) const = default;
};

/// "tls", "starttls"; and back, or nothing for any other word.
std::string_view name_of(Security security);
std::optional<Security> security_of(std::string_view name);
/// "password", "xoauth2", "oauthbearer"; and back.
std::string_view name_of(AuthMethod method);
std::optional<AuthMethod> auth_method_of(std::string_view name);

/// True for a host name as RFC 1123 and the DNS allow it: LDH labels and '_', at least two labels,
/// at most 253 characters, and not an address in any notation (the last label is not numeric).
bool is_host_name(std::string_view name);

}  // namespace gatepost
