// EtpanParser: the one place that talks to libetpan. It parses single responses that the guard has
// admitted, from memory: libetpan never waits, never sees a socket, and never writes. One lives
// while a command runs, so that an idle session holds no parser.
#pragma once

#include <memory>
#include <string>

#include "core/result.h"
#include "imap/capabilities.h"
#include "imap/session.h"

namespace gatepost::imap {

class EtpanParser {
  public:
    EtpanParser();
    ~EtpanParser();
    EtpanParser(const EtpanParser&) = delete;
    EtpanParser& operator=(const EtpanParser&) = delete;

    // Both fail with protocol_violation when libetpan does not take the response; the parser is of
    // no more use then.

    /// @param admitted by admit_capabilities()
    Result<Capabilities> capabilities(const std::string& admitted);
    /// @param admitted by admit_mailbox()
    /// The name is as it was sent, in modified UTF-7.
    Result<Mailbox> mailbox(const std::string& admitted);

  private:
    struct State;

    std::unique_ptr<State> state_;
};

}  // namespace gatepost::imap
