#include "vault/account_check.h"

#include <boost/locale/utf.hpp>

namespace gatepost::vault {
namespace {

// All that is kept of one account in the clear: an order of magnitude above what a row holds.
constexpr std::size_t max_record_bytes = std::size_t{64} * 1024;
// The longest refresh tokens that providers announce are 16 KiB.
constexpr std::size_t max_credential_bytes = std::size_t{64} * 1024;

struct Field {
    std::string_view name;
    std::string_view text;
};

std::vector<Field> fields_of(const AccountRecord& record) {
    std::vector<Field> fields{{"id", record.id},
                              {"application", record.application},
                              {"email", record.email},
                              {"provider", record.provider},
                              {"host", record.settings.host},
                              {"username", record.settings.username},
                              {"status_callback_url", record.status_callback_url}};
    for (const auto& [name, value] : record.labels) {
        fields.push_back({"labels", name});
        fields.push_back({"labels", value});
    }
    if (record.problem) {
        fields.push_back({"problem", record.problem->detail});
        for (const auto& [name, value] : record.problem->facts) {
            fields.push_back({"problem", name});
            fields.push_back({"problem", value});
        }
    }
    return fields;
}

}  // namespace

bool is_text(std::string_view text) {
    namespace utf = boost::locale::utf;
    for (auto at = text.begin(); at != text.end();) {
        const utf::code_point point = utf::utf_traits<char>::decode(at, text.end());
        if (point == utf::illegal || point == utf::incomplete || point == 0) return false;
    }
    return true;
}

std::string readable(std::string_view text) {
    return !text.empty() && is_text(text) ? std::string(text) : "(unreadable)";
}

Result<void> check_storable(const AccountRecord& record, const std::optional<Secret>& credential) {
    std::size_t size = 0;
    for (const Field& field : fields_of(record)) {
        if (!is_text(field.text)) {
            return problem(ProblemKind::bad_request,
                           "The field " + std::string(field.name) + " is not UTF-8 text.")
                .with("field", std::string(field.name));
        }
        size += field.text.size();
    }
    if (size > max_record_bytes) {
        return problem(ProblemKind::too_large, "The account has too much text to be stored.");
    }
    if (credential && credential->size() > max_credential_bytes) {
        return problem(ProblemKind::too_large, "The credential is too long to be stored.");
    }
    return {};
}

}  // namespace gatepost::vault
