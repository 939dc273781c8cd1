#include "discovery/domain.h"

#include <idn2.h>
#include <libpsl.h>

#include <memory>

namespace gatepost::discovery {
namespace {

// Longer names in any script have no form of 253 characters in the DNS.
constexpr std::size_t max_name_bytes = 1024;

// Debian's libpsl has its list in the package publicsuffix, and one compiled in for when it is not
// installed. Read once; immutable.
const psl_ctx_t* suffix_list() {
    static const std::unique_ptr<psl_ctx_t, decltype(&psl_free)> list(psl_latest(nullptr),
                                                                      &psl_free);
    return list.get();
}

}  // namespace

Result<std::string> a_label_of(std::string_view name) {
    if (!name.empty() && name.back() == '.') name.remove_suffix(1);
    if (name.empty() || name.size() > max_name_bytes) {
        return problem(ProblemKind::bad_request, "empty, or too long");
    }
    if (name.find('\0') != std::string_view::npos) {
        return problem(ProblemKind::bad_request, "a NUL byte");
    }
    // Without IDN2_USE_STD3_ASCII_RULES, which drops characters in place of refusing them: it would
    // make "example.com" of "exa!mple.com".
    char* converted = nullptr;
    const int result = ::idn2_to_ascii_8z(std::string(name).c_str(), &converted,
                                          IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
    const std::unique_ptr<char, decltype(&idn2_free)> owned(converted, &idn2_free);
    if (result != IDN2_OK) return problem(ProblemKind::bad_request, ::idn2_strerror(result));
    return std::string(converted);
}

std::string organisational_domain(std::string_view name) {
    const psl_ctx_t* list = suffix_list();
    if (list == nullptr || name.empty()) return {};
    const std::string text(name);  // what is found points into it
    const char* domain = ::psl_registrable_domain(list, text.c_str());
    return domain == nullptr ? std::string() : std::string(domain);
}

bool same_organisation(std::string_view name, std::string_view other) {
    if (name == other) return true;
    const std::string organisation = organisational_domain(name);
    return !organisation.empty() && organisation == organisational_domain(other);
}

}  // namespace gatepost::discovery
