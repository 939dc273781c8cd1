#include "imap/relay_commands.h"

#include <algorithm>
#include <array>

namespace gatepost::imap {
namespace {

constexpr std::array<std::string_view, 10> unavailable_commands{
    // Signing in is Gatepost's.
    "LOGIN", "AUTHENTICATE", "STARTTLS", "UNAUTHENTICATE",
    // For the rest of the session: RFC 5161, 4978, 5465, 5255.
    "ENABLE", "COMPRESS", "NOTIFY", "LANGUAGE", "COMPARATOR",
    // Oracle's name for signing in as somebody else.
    "PROXYAUTH"};

// CONDSTORE enabling commands have one of them: RFC 7162 3.1.
constexpr std::array<std::string_view, 5> outlasting_words{"CONDSTORE", "MODSEQ", "HIGHESTMODSEQ",
                                                           "CHANGEDSINCE", "UNCHANGEDSINCE"};
static_assert(std::ranges::all_of(outlasting_words, [](std::string_view word) {
    return word.size() <= max_outlasting_word;
}));

// What the commands above would be for, and what has to be enabled before it can be used.
constexpr std::array<std::string_view, 14> hidden_capabilities{
    "STARTTLS",  "LOGINDISABLED", "SASL-IR",   "LOGIN-REFERRALS", "UNAUTHENTICATE",
    "ENABLE",    "NOTIFY",        "LANGUAGE",  "QRESYNC",         "UIDONLY",
    "IMAP4REV2", "IMAP4REV1",     "PROXYAUTH", "I18NLEVEL=2"};
constexpr std::array<std::string_view, 3> hidden_prefixes{"AUTH=", "COMPRESS=", "UTF8="};

bool is_hidden(std::string_view capability) {
    return std::ranges::find(hidden_capabilities, capability) != hidden_capabilities.end() ||
           std::ranges::any_of(hidden_prefixes, [&](std::string_view prefix) {
               return capability.starts_with(prefix);
           });
}

}  // namespace

bool is_unavailable_in_a_lease(std::string_view command) {
    return std::ranges::find(unavailable_commands, command) != unavailable_commands.end();
}

bool outlasts_the_lease(std::string_view word) {
    return std::ranges::find(outlasting_words, word) != outlasting_words.end();
}

std::string capabilities_in_a_lease(const std::vector<std::string>& capabilities) {
    // As RFC 3501 spells it, and first, as some clients expect.
    std::string listed = "IMAP4rev1";
    for (const std::string& capability : capabilities) {
        if (!is_hidden(capability)) listed += " " + capability;
    }
    return listed;
}

}  // namespace gatepost::imap
