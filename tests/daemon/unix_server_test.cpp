// The server when the process has no descriptors left.
#include "daemon/unix_server.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "served_socket.h"

namespace gatepost::daemon {
namespace {

namespace asio = boost::asio;

/// Says a word and is done.
class Greeter final : public Connection {
  public:
    Greeter(Client client, PeerLimit::Place place)
        : socket_(std::move(client.socket)), place_(std::move(place)) {}

    asio::awaitable<void> serve() override {
        co_await asio::async_write(socket_, asio::buffer("hello\n", 6),
                                   asio::as_tuple(asio::use_awaitable));
        cut();
    }
    void finish() override {}
    void cut() override {
        boost::system::error_code ignored;
        socket_.close(ignored);
    }

  private:
    UnixSocket socket_;
    PeerLimit::Place place_;
};

/// All descriptors that the process may have but one, until released.
class Hoard {
  public:
    Hoard() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit few = before_;
        few.rlim_cur = 256;
        ::setrlimit(RLIMIT_NOFILE, &few);
        for (int one = ::open("/dev/null", O_RDONLY); one >= 0; one = ::open("/dev/null", O_RDONLY))
            held_.push_back(one);
        ::close(held_.back());
        held_.pop_back();
    }
    ~Hoard() { release(); }
    Hoard(const Hoard&) = delete;
    Hoard& operator=(const Hoard&) = delete;

    void release() {
        for (const int one : held_)
            ::close(one);
        held_.clear();
        ::setrlimit(RLIMIT_NOFILE, &before_);
    }

  private:
    rlimit before_{};
    std::vector<int> held_;
};

/// What was logged so far, in memory.
class LogFile {
  public:
    LogFile() : descriptor(::memfd_create("log", 0)) {}
    ~LogFile() { ::close(descriptor); }
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;

    [[nodiscard]] std::size_t lines() const {
        std::string text(1 << 20, '\0');
        const ssize_t size = ::pread(descriptor, text.data(), text.size(), 0);
        return static_cast<std::size_t>(std::count(text.begin(), text.begin() + size, '\n'));
    }

    const int descriptor;
};

TEST(Server, WithoutDescriptorsPausesBetweenTriesAndThenServes) {
    using Clock = std::chrono::steady_clock;
    const LogFile log;
    ServedSocket socket(log.descriptor);
    socket.serve({100, 100}, "", [](Client client, PeerLimit::Place place) {
        return std::make_shared<Greeter>(std::move(client), std::move(place));
    });
    Hoard hoard;
    const auto start = Clock::now();
    RawClient client(socket.path);  // takes the last one, so that none is left for the server
    while (log.lines() < 3 && Clock::now() < start + std::chrono::seconds(20))
        std::this_thread::yield();
    const std::size_t tries = log.lines();
    const auto pauses =
        static_cast<std::size_t>((Clock::now() - start) / std::chrono::milliseconds(100));
    EXPECT_GE(tries, 3U) << "the server does not try again";
    EXPECT_LE(tries, pauses + 1) << "the server does not pause";
    hoard.release();
    EXPECT_EQ(client.read_all(), "hello\n");
}

}  // namespace
}  // namespace gatepost::daemon
