// URLs that servers name: where the HTTPS client goes, and where a redirect leads.
#include "core/settings.h"
#include "net/http_url.h"
#include "tests/fuzz/fuzz_target.h"

using gatepost::fuzz::require;
using namespace gatepost::net;

FUZZ_TARGET(http_urls) {
    const auto good = [](const HttpUrl& url) {
        require(gatepost::is_host_name(url.host), "the host is a host name");
        require(url.port != 0, "there is a port");
        require(url.target.starts_with('/'), "the target is a path");
        require(url.target.find_first_of(std::string_view("\0\r\n ", 4)) == std::string::npos,
                "the target is one word");
    };
    const HttpUrl from{true, "example.com", 8443, "/a/b?c"};
    for (const bool plain : {false, true}) {
        if (const auto url = parse_http_url(input, {plain, plain})) {
            good(*url);
            require(url->https || plain, "http only where it is allowed");
            require(parse_http_url(url->text(), {plain, plain}) == *url, "the text is the URL");
        }
        if (const auto url = parse_redirect(from, input, plain)) {
            good(*url);
            require(url->https || plain, "http only where it is allowed");
        }
    }
}
