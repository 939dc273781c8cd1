#include "discovery/placeholders.h"

#include <array>
#include <utility>

namespace gatepost::discovery {

std::string fill_placeholders(std::string_view text, const Address& address) {
    const std::array<std::pair<std::string_view, std::string_view>, 4> values{
        {{"%EMAILADDRESS%", address.text},
         {"%EMAILLOCALPART%", address.local},
         {"%EMAILDOMAIN%", address.domain},
         {"%REALNAME%", {}}}};
    std::string filled;
    while (!text.empty()) {
        bool replaced = false;
        for (const auto& [placeholder, value] : values) {
            if (!text.starts_with(placeholder)) continue;
            filled += value;
            text.remove_prefix(placeholder.size());
            replaced = true;
            break;
        }
        if (replaced) continue;
        filled += text.front();
        text.remove_prefix(1);
    }
    return filled;
}

}  // namespace gatepost::discovery
