// What a provider sends: cut into responses, and given to libetpan as far as the guard lets it. The
// first byte says how much arrives at once.
#include "imap/etpan_parser.h"
#include "imap/framer.h"
#include "imap/guard.h"
#include "imap/response.h"
#include "imap/utf7.h"
#include "tests/fuzz/fuzz_target.h"

using gatepost::fuzz::require;
using namespace gatepost::imap;

namespace {

void read_response(const std::string& framed) {
    const auto response = take_apart(framed);
    if (!response) return;
    EtpanParser parser;
    for (const std::string_view words : {response->text, response->arguments})
        require(parser.capabilities(admit_capabilities(words)).has_value(),
                "libetpan reads what the guard admits");
    const auto admitted = admit_mailbox(framed);
    if (!admitted) return;
    if (const auto mailbox = parser.mailbox(*admitted)) decode_utf7(mailbox->name);
}

}  // namespace

FUZZ_TARGET(imap_responses) {
    if (input.empty()) return;
    const std::size_t step = static_cast<unsigned char>(input.front()) + 1U;
    input.remove_prefix(1);
    Framer framer(FramingLimits{512, 256, 2048, 32});
    std::string yielded;
    for (std::size_t start = 0; start < input.size(); start += step) {
        framer.append(input.substr(start, step));
        for (;;) {
            const auto response = framer.next();
            if (!response) return;
            if (!*response) break;
            yielded += **response;
            require(input.starts_with(yielded), "responses are what was sent");
            read_response(**response);
        }
    }
}
