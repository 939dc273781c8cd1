// Both directions of a leased session: pieces that begin with a byte for their side and length.
#include "imap/relay_scanner.h"
#include "tests/fuzz/fuzz_target.h"

using gatepost::fuzz::require;
using namespace gatepost::imap;

FUZZ_TARGET(imap_relay) {
    constexpr std::size_t max_head = 8192;  // of a command that was held back
    RelayScanner scanner("IMAP4rev1 IDLE");
    std::string to_provider;
    while (!input.empty()) {
        const auto mark = static_cast<unsigned char>(input.front());
        const std::string_view piece = input.substr(1, (mark >> 1) + 1U);
        input.remove_prefix(std::min(input.size(), piece.size() + 1));
        const std::size_t before = to_provider.size();
        if ((mark & 1) != 0) {
            require(scanner.from_client(piece, to_provider) <= piece.size(), "no more than given");
            require(to_provider.size() <= before + piece.size() + max_head, "nothing is made up");
        } else {
            require(scanner.from_provider(piece) <= piece.size(), "no more than given");
        }
        scanner.take_answer();
    }
    scanner.client_ended(to_provider);
    require(!scanner.is_returnable() || scanner.end() != RelayScanner::End::provider_broke,
            "a session that the provider has broken is not used again");
}
