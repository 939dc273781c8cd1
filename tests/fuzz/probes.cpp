// What a server says to a probe. The first byte says how much arrives at once, and whether TLS is
// there from the start.
#include "discovery/probe_conversation.h"
#include "tests/fuzz/fuzz_target.h"

using gatepost::Security;
using gatepost::fuzz::require;
using namespace gatepost::discovery;

namespace {

class Server {
  public:
    Server(std::string_view input, bool tls_first)
        : tls_first_(tls_first),
          probe_("imap.example.com", tls_first ? Security::tls : Security::starttls),
          left_(input) {}

    void play(std::size_t step) {
        ProbeConversation::Action action = probe_.start();
        for (;;) {
            if (std::holds_alternative<ProbeConversation::StartTls>(action)) {
                require(!secure_, "TLS is started once");
                secure_ = true;
                action = probe_.tls_started();
            } else if (const auto* send = std::get_if<ProbeConversation::Send>(&action)) {
                hear(send->bytes);
                action = probe_.resume({});
            } else if (std::holds_alternative<ProbeConversation::Receive>(action)) {
                if (left_.empty()) return;
                const std::string_view some = left_.substr(0, step);
                left_.remove_prefix(some.size());
                action = probe_.resume(some);
            } else {
                end(action);
                return;
            }
        }
    }

  private:
    void hear(std::string_view sent) const {
        const bool is_starttls = sent == "p1 STARTTLS\r\n";
        require(is_starttls || sent == "p2 CAPABILITY\r\n", "nothing else is ever sent");
        require(is_starttls != secure_, "each belongs to one side of TLS");
        require(!is_starttls || !tls_first_, "TLS is not asked for where it is there");
    }

    void end(const ProbeConversation::Action& action) const {
        const auto* done = std::get_if<ProbeConversation::Done>(&action);
        if (done == nullptr) return;
        require(secure_, "what is said without TLS counts for nothing");
        require(!done->capabilities.empty(), "an IMAP server says so");
        require(offered_auth(done->capabilities).size() <= 3, "each way is named once");
    }

    bool tls_first_;
    bool secure_ = false;
    ProbeConversation probe_;
    std::string_view left_;
};

}  // namespace

FUZZ_TARGET(probes) {
    if (input.empty()) return;
    const auto first = static_cast<unsigned char>(input.front());
    Server(input.substr(1), first >= 0x80).play((first & 0x7fU) + 1);
}
