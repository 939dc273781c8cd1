// SharedProbes: the probes of one inquiry. The guess and the inquiry itself come upon the same
// servers; each is asked once, and whoever asks for it too waits for that answer. Made by Discovery
// for each address; for one executor.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "discovery/probe.h"

namespace gatepost::discovery {

class SharedProbes final : public Prober {
  public:
    /// The prober outlives the object.
    explicit SharedProbes(Prober& prober) : prober_(prober) {}

    /// As the prober itself. Who waits for another's probe has that one's deadline; when it was cut
    /// short by that, or was cancelled, the server is asked again.
    boost::asio::awaitable<Result<Capabilities>> probe(std::string host, std::uint16_t port,
                                                       Security security,
                                                       net::Deadline deadline) override;

  private:
    struct Flight;
    class Landing;
    using Flights = std::map<std::string, std::shared_ptr<Flight>>;

    Prober& prober_;
    // Shared with the probes under way, which may be destroyed later than the object is.
    std::shared_ptr<Flights> flights_ = std::make_shared<Flights>();
};

}  // namespace gatepost::discovery
