// A provider that follows a script over a real connection, hostile or not: it says something, hears
// a line, says something again. What it hears is kept.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "../net/certificates.h"
#include "../net/server.h"
#include "imap/session.h"
#include "net/dialer.h"

namespace gatepost::imap {

inline constexpr std::string_view scripted_host = "imap.test.example";

struct Script {
    /// Said at the start, and after each line that is heard; without CRLF unless written.
    std::vector<std::string> says;
    enum class End {
        waits,  ///< until the client goes
        hangs_up,
        resets,
        repeats,  ///< what it said last, for ever
        drips,    ///< a byte now and then, for ever
    } end = End::waits;
};

class ScriptedProvider {
  public:
    /// What has been heard, and how to say something more to whoever is connected.
    struct Stage {
        std::vector<std::string> heard;
        std::function<boost::asio::awaitable<void>(std::string)> say;
    };

    ScriptedProvider(boost::asio::io_context& context, Security security, Script script);

    [[nodiscard]] std::uint16_t port() const { return server_.port(); }
    [[nodiscard]] const std::vector<std::string>& heard() const { return stage_->heard; }
    /// Says something that nobody has asked for, to the last one who came.
    boost::asio::awaitable<void> say(std::string text) { return stage_->say(std::move(text)); }
    /// The CA that vouches for every scripted provider of the test.
    static const net::CertificateAuthority& authority();

  private:
    std::shared_ptr<Stage> stage_ = std::make_shared<Stage>();
    net::Server server_;
};

/// Finds every host at a port of this machine.
class LoopbackDialer final : public net::Dialer {
  public:
    boost::asio::awaitable<Result<boost::asio::ip::tcp::socket>> dial(
        std::string host, std::uint16_t port, net::Deadline deadline) override;
};

}  // namespace gatepost::imap
