// Reports that were found a while ago, by domain: how long each may be given again, and to whom.
// What was found for one address is given for another of its domain where nothing in it depends on
// the local part but the user name's form. Pure; one executor.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include "discovery/address.h"
#include "discovery/report.h"
#include "net/deadline.h"

namespace gatepost::discovery {

/// How long the report may be given again: as long as the DNS says that what it rests on holds, an
/// hour at most; five minutes where there is nothing; and a short time where a source that could
/// have said better failed, so that one bad moment is soon forgotten.
std::chrono::seconds keeping_time(const Report& report);

/// The report for another address of the same domain; nothing where it depends on the local part.
/// What was found for `from` does not show in it.
std::optional<Report> readdressed(const Report& report, const Address& from, const Address& to);

class ReportCache {
  public:
    using Time = net::Clock::time_point;

    /// @param capacity reports at most; beyond it the one that was not asked for the longest goes
    explicit ReportCache(std::size_t capacity) : capacity_(capacity) {}

    /// With its age.
    std::optional<Report> find(const Address& address, Time now);
    /// Keeps the report for its keeping_time().
    void put(const Address& address, Report report, Time now);
    void clear();
    [[nodiscard]] std::size_t size() const { return by_key_.size(); }

  private:
    struct Kept {
        std::string key;
        Address address;
        Report report;
        Time found;
        Time expires;
    };
    using Order = std::list<Kept>;  ///< what was asked for last is first

    const Kept* look_up(const std::string& key, Time now);
    void erase(Order::iterator kept);

    std::size_t capacity_;
    Order order_;
    std::unordered_map<std::string, Order::iterator> by_key_;  ///< domains, and whole addresses
};

}  // namespace gatepost::discovery
