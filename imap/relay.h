// Relay: carries the bytes of one lease between a client's descriptor and a session's connection,
// with the scanner (imap/relay_scanner.h) watching. Never waits with more than its two buffers, so
// that a slow side slows the other one down. Lives on one reactor's thread; its own readiness
// handlers keep it alive until the lease is over.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/problem.h"
#include "imap/messages.h"
#include "imap/relay_scanner.h"
#include "net/deadline.h"
#include "net/stream.h"

namespace gatepost::imap {

class Relay : public std::enable_shared_from_this<Relay> {
  public:
    /// What the lease leaves behind.
    struct Outcome {
        enum class Kind {
            returnable,  ///< the session is at a command boundary; see may_have_selected
            unusable,    ///< the client left it in the middle of something: close it
            lost,        ///< the provider ended it or broke the protocol: `problem`
        };
        Kind kind = Kind::unusable;
        bool may_have_selected = false;  ///< a mailbox, which then has to be unselected
        Problem problem{};
    };

    /// How long a lease may stand still.
    struct Patience {
        net::Clock::duration idle;  ///< while nobody has anything to say
        /// While the client does not take what is there for it: it will not come back, and its
        /// session is wanted by others.
        net::Clock::duration stalled = std::chrono::minutes(5);
    };

    /// Bytes that went through, for metrics: of all leases, read from any thread.
    struct Meters {
        std::atomic<std::uint64_t> to_client = 0;
        std::atomic<std::uint64_t> to_provider = 0;
    };

    struct Lessee {
        OwnedFd client;        ///< a connected Unix stream socket
        std::string answer;    ///< what it is told first
        std::string received;  ///< what it has sent already
    };

    /// @param provider a session's, between operations; it and the meters live until `done` is
    /// called
    /// @param capabilities what CAPABILITY is answered with
    /// @param done called once, not from within start() or end(). The provider's stream is free
    /// then.
    static std::shared_ptr<Relay> start(net::Stream& provider, Lessee lessee,
                                        std::string capabilities, Patience patience, Meters& meters,
                                        std::function<void()> logging_out,
                                        std::function<void(Outcome)> done);

    Relay(net::Stream& provider, Lessee lessee, std::string capabilities, Patience patience,
          Meters& meters, std::function<void()> logging_out, std::function<void(Outcome)> done);

    /// Ends the lease now; the client is told why where that is possible.
    void end(std::string_view reason);

  private:
    /// Whether a socket can be read or written, as far as is known; and whether it is waited for.
    struct Readiness {
        bool is_ready = true;
        bool is_awaited = false;
    };

    void pump();
    bool carry_up();
    bool receive_from_client();
    bool send_to_provider();
    bool carry_down();
    bool receive_from_provider();
    bool send_to_client(std::string_view bytes, std::size_t& sent);
    bool scan_down();

    void look_for_the_end();
    void finish(Outcome::Kind kind, Problem problem = {});
    [[nodiscard]] bool is_flushed() const;
    [[nodiscard]] bool is_clean() const;
    void finish_by_client();
    void await_readiness();
    template <class Socket>
    void await(Socket& socket, typename Socket::wait_type what, Readiness Relay::*which);
    void gather();
    void set_gathering(bool gathers);
    void watch_gathering();
    void watch_time();
    [[nodiscard]] net::Deadline idle_deadline() const;

    net::Stream& provider_;
    boost::asio::local::stream_protocol::socket client_;
    RelayScanner scanner_;
    Patience patience_;
    Meters& meters_;
    std::function<void()> logging_out_;
    std::function<void(Outcome)> done_;
    boost::asio::steady_timer timer_;
    boost::asio::steady_timer gathering_timer_;
    net::Deadline last_progress_;

    // Client to provider: received and not scanned, then scanned and not sent.
    std::string from_client_;
    std::size_t from_client_taken_ = 0;
    std::string to_provider_;
    std::size_t to_provider_sent_ = 0;

    // Provider to client: [sent, passed) goes out first, then the answer, then [passed, size) is
    // scanned.
    std::unique_ptr<char[]> from_provider_;
    std::size_t down_sent_ = 0;
    std::size_t down_passed_ = 0;
    std::size_t down_size_ = 0;
    bool gathers_ = false;
    std::string answer_;
    std::size_t answer_sent_ = 0;

    Readiness client_read_;
    Readiness client_write_;
    Readiness provider_read_;
    Readiness provider_write_;
    bool client_ended_ = false;  ///< it will send no more
    bool client_gone_ = false;   ///< it takes no more
    bool drains_ = false;        ///< it ended between commands; their answers are awaited
    bool provider_ended_ = false;
    Problem provider_problem_{};
    bool ended_ = false;
};

}  // namespace gatepost::imap
