#include "discovery/cached_discovery.h"

#include <optional>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace gatepost::discovery {
namespace {

namespace asio = boost::asio;

// With what eight sources said, a report has about 4 KiB: 32 MiB at most, and usually far less.
constexpr std::size_t max_reports = 8192;

}  // namespace

/// A question that is being answered, and those who wait for its answer.
struct CachedDiscovery::Flight {
    Flight(const asio::any_io_executor& executor, Address asked)
        : landed(executor, net::Deadline::max()), address(std::move(asked)) {}

    asio::steady_timer landed;
    Address address;
    std::optional<Report> report;  ///< none: whoever asked was cancelled
};

/// Ends the flight however its coroutine ends.
class CachedDiscovery::Landing {
  public:
    Landing(std::shared_ptr<Flights> flights, std::string key, std::shared_ptr<Flight> flight)
        : flights_(std::move(flights)), key_(std::move(key)), flight_(std::move(flight)) {
        flights_->emplace(key_, flight_);
    }
    Landing(const Landing&) = delete;
    Landing& operator=(const Landing&) = delete;
    ~Landing() {
        flights_->erase(key_);
        flight_->landed.cancel();
    }

  private:
    std::shared_ptr<Flights> flights_;
    std::string key_;
    std::shared_ptr<Flight> flight_;
};

CachedDiscovery::CachedDiscovery(Search search, const KnownProviders& providers)
    : search_(std::move(search)), providers_(providers), cache_(max_reports) {}

CachedDiscovery::~CachedDiscovery() = default;

CachedDiscovery::Stats CachedDiscovery::stats() const {
    Stats stats = stats_;
    stats.kept = cache_.size();
    return stats;
}

void CachedDiscovery::forget_what_another_table_said() {
    const auto& believed = providers_.imported();
    if (believed == believed_) return;
    believed_ = believed;
    cache_.clear();
}

asio::awaitable<Report> CachedDiscovery::discover(Address address, Freshness freshness) {
    const auto start = net::Clock::now();
    forget_what_another_table_said();
    // What the tables know costs nothing to ask for.
    const bool is_known = providers_.by_domain(address.domain).entry != nullptr;
    if (is_known) co_return co_await ask(std::move(address));
    if (freshness == Freshness::any) {
        if (auto report = cache_.find(address, start)) {
            ++stats_.hits;
            report->took = std::chrono::milliseconds(0);
            co_return std::move(*report);
        }
    }
    std::string key = address.domain;
    Report report = co_await share(std::move(key), address);
    report.took = std::chrono::duration_cast<std::chrono::milliseconds>(net::Clock::now() - start);
    co_return report;
}

asio::awaitable<Report> CachedDiscovery::share(std::string key, Address address) {
    while (true) {
        const auto other = flights_->find(key);
        if (other == flights_->end()) break;
        const std::shared_ptr<Flight> flight = other->second;
        co_await flight->landed.async_wait(asio::as_tuple(asio::use_awaitable));
        // Whoever asked was cancelled: one of those who waited asks in his place.
        if (!flight->report) continue;
        auto report = readdressed(*flight->report, flight->address, address);
        if (report) {
            ++stats_.joined;
            co_return std::move(*report);
        }
        // It depends on the local part, so that only who asks about the same address can share it.
        key = address.text;
    }
    const auto executor = co_await asio::this_coro::executor;
    const auto flight = std::make_shared<Flight>(executor, address);
    const Landing landing(flights_, std::move(key), flight);
    const auto believed = providers_.imported();
    ++stats_.asked;
    Report report = co_await ask(address);
    // A search that was cut short found only half of what there is.
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) co_return report;
    if (believed == providers_.imported()) {
        cache_.put(address, report, net::Clock::now());
    }
    flight->report = report;
    co_return report;
}

asio::awaitable<Report> CachedDiscovery::ask(Address address) {
    Report report = co_await search_(std::move(address));
    sources_.record(report);
    co_return report;
}

}  // namespace gatepost::discovery
