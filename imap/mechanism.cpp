#include "imap/mechanism.h"

#include <algorithm>
#include <initializer_list>
#include <string>

#include "imap/base64.h"

namespace gatepost::imap {
namespace {

using namespace std::string_view_literals;

// quoted strings longer than this are sent as literals: some servers bound their command lines.
constexpr std::size_t max_quoted = 512;

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool has_controls(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; });
}

/// One secret of all the pieces; no copy of them stays behind.
Secret join(std::initializer_list<std::string_view> pieces) {
    std::size_t size = 0;
    for (const std::string_view piece : pieces)
        size += piece.size();
    std::string text;
    text.reserve(size);
    for (const std::string_view piece : pieces)
        text += piece;
    Secret secret = Secret::copy_of(text);
    wipe(text);
    return secret;
}

Secret quote(std::string_view text) {
    std::string quoted;
    quoted.reserve(2 * text.size() + 2);
    quoted += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    quoted += '"';
    Secret secret = Secret::copy_of(quoted);
    wipe(quoted);
    return secret;
}

/// A string of RFC 3501 9 behind `front`: quoted where that is possible, else a literal, before
/// which the server has to say "+". What is left over, to be continued, is in `front`.
void add_string(std::vector<Secret>& parts, Secret& front, std::string_view text) {
    if (!has_controls(text) && text.size() <= max_quoted) {
        const Secret quoted = quote(text);
        front = join({front.reveal(), " ", quoted.reveal()});
        return;
    }
    const std::string size = std::to_string(text.size());
    parts.push_back(join({front.reveal(), " {", size, "}\r\n"}));
    front = Secret::copy_of(text);
}

std::vector<Secret> login_command(std::string_view tag, std::string_view username,
                                  std::string_view password) {
    std::vector<Secret> parts;
    Secret front = join({tag, " LOGIN"});
    add_string(parts, front, username);
    add_string(parts, front, password);
    parts.push_back(join({front.reveal(), "\r\n"}));
    return parts;
}

/// saslname of RFC 5801 4, in the GS2 header.
std::string gs2_name(std::string_view name) {
    std::string escaped;
    for (const char c : name) {
        if (c == '=') {
            escaped += "=3D";
        } else if (c == ',') {
            escaped += "=2C";
        } else {
            escaped += c;
        }
    }
    return escaped;
}

Secret initial_response(Mechanism mechanism, const Settings& settings, std::string_view secret) {
    const std::string_view user = settings.username;
    if (mechanism == Mechanism::plain) return join({"\0"sv, user, "\0"sv, secret});
    if (mechanism == Mechanism::xoauth2) {
        return join({"user=", user, "\1auth=Bearer ", secret, "\1\1"});
    }
    const std::string name = gs2_name(user);
    const std::string port = std::to_string(settings.port);
    return join({"n,a=", name, ",\1host=", settings.host, "\1port=", port, "\1auth=Bearer ", secret,
                 "\1\1"});
}

std::string_view sasl_name(Mechanism mechanism) {
    switch (mechanism) {
        case Mechanism::plain:
            return "PLAIN";
        case Mechanism::xoauth2:
            return "XOAUTH2";
        case Mechanism::oauthbearer:
            return "OAUTHBEARER";
        case Mechanism::login:
            break;
    }
    return "LOGIN";
}

Problem no_mechanism(std::string detail, std::string reason) {
    return problem(ProblemKind::sign_in_refused, std::move(detail))
        .with("reason", std::move(reason));
}

Result<Mechanism> choose_for_password(const Capabilities& offered, bool ascii) {
    if (has(offered, "AUTH=PLAIN")) return Mechanism::plain;
    if (has(offered, "LOGINDISABLED")) {
        return no_mechanism("The server takes no passwords; sign in by OAuth instead",
                            "no_mechanism");
    }
    if (ascii) return Mechanism::login;
    return no_mechanism("The server takes only ASCII characters in user names and passwords",
                        "not_ascii");
}

Result<Mechanism> choose_for_token(const Capabilities& offered, AuthMethod method) {
    const bool bearer = has(offered, "AUTH=OAUTHBEARER");
    const bool xoauth2 = has(offered, "AUTH=XOAUTH2");
    if (method == AuthMethod::oauthbearer && bearer) return Mechanism::oauthbearer;
    if (xoauth2) return Mechanism::xoauth2;
    if (bearer) return Mechanism::oauthbearer;
    return no_mechanism("The server takes no OAuth tokens; use a password instead", "no_mechanism");
}

}  // namespace

Result<Mechanism> choose_mechanism(const Capabilities& offered, const Settings& settings,
                                   const Credential& credential) {
    const std::string_view username = settings.username;
    const std::string_view secret = credential.secret.reveal();
    const bool has_nul = username.find('\0') != username.npos || secret.find('\0') != secret.npos;
    if (has_nul) {
        return problem(ProblemKind::bad_request, "A user name or password cannot contain NUL");
    }
    if (credential.method == AuthMethod::password) {
        return choose_for_password(offered, is_ascii(username) && is_ascii(secret));
    }
    // They are separated by control characters there, and a token has only visible ones (RFC 6750).
    if (has_controls(username) || has_controls(secret)) {
        return problem(ProblemKind::bad_request,
                       "A user name or access token cannot contain control characters");
    }
    return choose_for_token(offered, credential.method);
}

std::vector<Secret> sign_in_command(Mechanism mechanism, const Capabilities& offered,
                                    std::string_view tag, const Settings& settings,
                                    const Credential& credential) {
    const std::string_view secret = credential.secret.reveal();
    if (mechanism == Mechanism::login) return login_command(tag, settings.username, secret);
    const Secret bytes = initial_response(mechanism, settings, secret);
    const Secret encoded = encode_base64(bytes.reveal());
    const std::string_view name = sasl_name(mechanism);
    std::vector<Secret> parts;
    if (has(offered, "SASL-IR")) {
        parts.push_back(join({tag, " AUTHENTICATE ", name, " ", encoded.reveal(), "\r\n"}));
    } else {
        parts.push_back(join({tag, " AUTHENTICATE ", name, "\r\n"}));
        parts.push_back(join({encoded.reveal(), "\r\n"}));
    }
    return parts;
}

std::string_view answer_to_error_challenge(Mechanism mechanism) {
    switch (mechanism) {
        case Mechanism::xoauth2:
            return "\r\n";
        case Mechanism::oauthbearer:
            return "AQ==\r\n";
        default:
            return {};
    }
}

bool reveals_secret(std::string_view text, Mechanism mechanism, const Settings& settings,
                    const Credential& credential) {
    const std::string_view secret = credential.secret.reveal();
    if (secret.empty()) return false;
    const auto holds = [&](std::string_view form) { return text.find(form) != text.npos; };
    const Secret quoted = quote(secret);
    if (holds(secret) || holds(quoted.reveal())) return true;
    if (mechanism == Mechanism::login) return false;
    const Secret response = initial_response(mechanism, settings, secret);
    const Secret encoded = encode_base64(response.reveal());
    return holds(encoded.reveal());
}

}  // namespace gatepost::imap
