#include "discovery/shared_probes.h"

#include <optional>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "discovery/report.h"

namespace gatepost::discovery {
namespace {

namespace asio = boost::asio;

// One who asks later has more time.
bool was_cut_short(const Result<Capabilities>& answer) {
    return !answer && outcome_of(answer.error()) == Outcome::timed_out;
}

}  // namespace

/// A probe that is under way or over, and those who wait for it.
struct SharedProbes::Flight {
    explicit Flight(const asio::any_io_executor& executor)
        : landed(executor, net::Deadline::max()) {}

    asio::steady_timer landed;
    std::optional<Result<Capabilities>> answer;  ///< none: not over, or over without one
};

/// Ends the flight however its coroutine ends, and keeps it where it has an answer.
class SharedProbes::Landing {
  public:
    Landing(std::shared_ptr<Flights> flights, std::string key, std::shared_ptr<Flight> flight)
        : flights_(std::move(flights)), key_(std::move(key)), flight_(std::move(flight)) {
        flights_->emplace(key_, flight_);
    }
    Landing(const Landing&) = delete;
    Landing& operator=(const Landing&) = delete;
    ~Landing() {
        if (!flight_->answer) flights_->erase(key_);
        flight_->landed.cancel();
    }

  private:
    std::shared_ptr<Flights> flights_;
    std::string key_;
    std::shared_ptr<Flight> flight_;
};

asio::awaitable<Result<Capabilities>> SharedProbes::probe(std::string host, std::uint16_t port,
                                                          Security security,
                                                          net::Deadline deadline) {
    std::string key = text_of(Server{host, port, security}) + " " + std::string(name_of(security));
    while (true) {
        const auto other = flights_->find(key);
        if (other == flights_->end()) break;
        const std::shared_ptr<Flight> flight = other->second;
        if (flight->answer) co_return *flight->answer;
        co_await flight->landed.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    const auto executor = co_await asio::this_coro::executor;
    const auto flight = std::make_shared<Flight>(executor);
    const Landing landing(flights_, std::move(key), flight);
    Result<Capabilities> answer = co_await prober_.probe(std::move(host), port, security, deadline);
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    const bool is_whole = cancellation.cancelled() == asio::cancellation_type::none;
    if (is_whole && !was_cut_short(answer)) flight->answer = answer;
    co_return answer;
}

}  // namespace gatepost::discovery
