// HTTP answers, in two cuts: the first byte says where.
#include "net/http_message.h"
#include "tests/fuzz/fuzz_target.h"

using gatepost::fuzz::require;
using namespace gatepost::net;

FUZZ_TARGET(http_answers) {
    if (input.empty()) return;
    const std::size_t cut = static_cast<unsigned char>(input.front());
    input.remove_prefix(1);
    const HttpLimits limits{512, 1024, 3};
    ResponseReader reader("example.com", limits, false);
    auto complete = reader.put(input.substr(0, cut));
    if (complete && !*complete) complete = reader.put(input.substr(std::min(cut, input.size())));
    if (complete && !*complete) complete = reader.put_end();
    if (!complete) return;
    const HttpResponse response = reader.take();
    require(response.status >= 200, "the status is a final one");
    require(response.body.size() <= limits.body_bytes, "the body is within its bound");
}
