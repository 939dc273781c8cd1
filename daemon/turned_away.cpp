#include "daemon/turned_away.h"

#include "daemon/lingering.h"

namespace gatepost::daemon {
namespace {

// It has its request ready, and reads right after it.
constexpr std::chrono::seconds patience{1};

class TurnedAway final : public Connection {
  public:
    TurnedAway(UnixSocket socket, PeerLimit::Place place, const std::string& words)
        : socket_(std::move(socket)), place_(std::move(place)) {
        // A fresh socket has room for these few words.
        boost::system::error_code ignored;
        socket_.non_blocking(true, ignored);
        socket_.write_some(boost::asio::buffer(words), ignored);
    }

    boost::asio::awaitable<void> serve() override {
        co_await linger(socket_, patience);
        cut();
    }
    void finish() override { cut(); }
    void cut() override {
        boost::system::error_code ignored;
        socket_.close(ignored);
    }

  private:
    UnixSocket socket_;
    PeerLimit::Place place_;
};

}  // namespace

std::shared_ptr<Connection> make_turned_away_connection(UnixSocket socket, PeerLimit::Place place,
                                                        const std::string& words) {
    return std::make_shared<TurnedAway>(std::move(socket), std::move(place), words);
}

}  // namespace gatepost::daemon
