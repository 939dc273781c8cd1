// Inquiry: the discovery of one address under way. Asks the sources at once, probes who is about to
// win while the others go on, and ends when nothing that is still to come could change the answer.
// Private to Discovery, which makes one for each address; what to do next is ranking.h's decision.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "discovery/address.h"
#include "discovery/gather.h"
#include "discovery/probe.h"
#include "discovery/provider_table.h"
#include "discovery/ranking.h"
#include "discovery/report.h"
#include "discovery/source.h"
#include "net/deadline.h"

namespace gatepost::discovery {

class Inquiry {
  public:
    /// @param sources asked in this order; they outlive the inquiry, as the other two do
    /// @param prober null: nothing is probed
    /// @param table its servers are proven by public facts and are not probed
    Inquiry(Address address, std::vector<Source*> sources, Prober* prober,
            const ProviderTable& table, net::Deadline deadline);

    /// Called once. The known evidence takes part as if it had just been given.
    boost::asio::awaitable<Report> run(std::vector<Evidence> known);

  private:
    // What one operation has found: a source's word first, then the probes in the order of asked_.
    struct Finding {
        std::optional<Evidence> evidence;
        std::optional<ProbedServer> probed;
    };

    boost::asio::awaitable<Finding> ask(Source* source);
    boost::asio::awaitable<Finding> probe(Server server);
    boost::asio::awaitable<Evidence> look_for_tls(Evidence evidence);

    Next<Finding> decide(const Answers<Finding>& answers);
    [[nodiscard]] std::optional<Server> server_to_ask(const Step& step) const;
    [[nodiscard]] bool is_known(const Server& server) const;
    void add_unanswered_sources(const Answers<Finding>& answers);
    void add_probes(const Answers<Finding>& answers);

    Address address_;
    std::vector<Source*> sources_;
    Prober* prober_;
    const ProviderTable& table_;
    net::Clock::time_point start_ = net::Clock::now();
    net::Deadline deadline_;
    std::vector<Evidence> evidence_;
    std::vector<ProbedServer> probed_;
    std::vector<Server> asked_;
    bool decided_ = false;
};

/// The source's place in the evidence when it has not answered.
Evidence unanswered(const Source& source, const Address& address, Outcome outcome,
                    std::string detail);

/// Asks the source, and fills in what every answer has.
boost::asio::awaitable<Evidence> ask_source(Source* source, Address address,
                                            net::Deadline deadline);

}  // namespace gatepost::discovery
