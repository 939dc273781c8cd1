// Discovery with a memory: what was found lately is given again, and many who ask about one domain
// at the same time are one question. For one executor; not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include <boost/asio/awaitable.hpp>

#include "discovery/address.h"
#include "discovery/known_providers.h"
#include "discovery/report.h"
#include "discovery/report_cache.h"
#include "discovery/source_stats.h"

namespace gatepost::discovery {

enum class Freshness { any, fresh };

class CachedDiscovery {
  public:
    /// Discovery::discover, as a function.
    using Search = std::function<boost::asio::awaitable<Report>(Address)>;

    /// @param providers those that the search believes, and what was found is never older than they
    /// are; they outlive the object
    CachedDiscovery(Search search, const KnownProviders& providers);
    ~CachedDiscovery();

    /// As the search. A fresh report is looked for although an older one is known;
    /// whoever is looking for it already is joined all the same.
    boost::asio::awaitable<Report> discover(Address address, Freshness freshness = Freshness::any);

    struct Stats {
        std::uint64_t hits = 0;    ///< given from memory
        std::uint64_t joined = 0;  ///< found by another's question
        std::uint64_t asked = 0;   ///< looked for
        std::size_t kept = 0;      ///< reports in memory
    };
    [[nodiscard]] Stats stats() const;
    [[nodiscard]] const SourceStats& sources() const { return sources_; }

  private:
    struct Flight;
    using Flights = std::unordered_map<std::string, std::shared_ptr<Flight>>;
    class Landing;

    boost::asio::awaitable<Report> share(std::string key, Address address);
    boost::asio::awaitable<Report> ask(Address address);
    void forget_what_another_table_said();

    Search search_;
    const KnownProviders& providers_;
    ReportCache cache_;
    std::shared_ptr<const ImportedProviders> believed_;  ///< when the cache was filled
    /// By domain; by address for what depends on the local part. Shared with the landings, which
    /// may outlive this when everything ends.
    std::shared_ptr<Flights> flights_ = std::make_shared<Flights>();
    Stats stats_;
    SourceStats sources_;
};

}  // namespace gatepost::discovery
