#include "discovery/server_search.h"

#include <algorithm>
#include <array>
#include <utility>

#include "discovery/gather.h"

namespace gatepost::discovery {
namespace {

namespace asio = boost::asio;

constexpr std::uint16_t imaps_port = 993;  // RFC 8314
constexpr std::uint16_t imap_port = 143;   // RFC 3501

}  // namespace

bool is_usable(const ProbedServer& probed) {
    return probed.probe.outcome == Outcome::found && !probed.probe.auth.empty();
}

asio::awaitable<ProbedServer> probe_server(Prober& prober, Server server, net::Deadline deadline) {
    const auto start = net::Clock::now();
    const Result<Capabilities> answer =
        co_await prober.probe(server.host, server.port, server.security, deadline);
    ProbedServer probed{std::move(server), {}};
    probed.probe.took =
        std::chrono::duration_cast<std::chrono::milliseconds>(net::Clock::now() - start);
    if (answer) {
        probed.probe.outcome = Outcome::found;
        probed.probe.auth = offered_auth(*answer);
        if (probed.probe.auth.empty()) {
            probed.probe.detail =
                text_of(probed.server) + " offers no way to sign in that is known here.";
        }
    } else {
        probed.probe.outcome = outcome_of(answer.error());
        probed.probe.detail = answer.error().detail;
    }
    co_return probed;
}

asio::awaitable<std::vector<ProbedServer>> probe_usual_ports(Prober& prober, std::string host,
                                                             net::Deadline deadline) {
    const std::array<Server, 2> servers{Server{host, imaps_port, Security::tls},
                                        Server{host, imap_port, Security::starttls}};
    std::vector<asio::awaitable<ProbedServer>> operations;
    operations.reserve(servers.size());
    for (const Server& server : servers)
        operations.push_back(probe_server(prober, server, deadline));
    Enough<ProbedServer> enough = [](const Answers<ProbedServer>& answers) {
        return first_in_order(answers, is_usable) != nullptr;
    };
    const Answers<ProbedServer> answers =
        co_await gather(std::move(operations), std::move(enough), deadline);
    std::vector<ProbedServer> probed;
    for (std::size_t place = 0; place < servers.size(); ++place) {
        if (answers[place]) probed.push_back(*answers[place]);
    }
    co_return probed;
}

Probe known_server() {
    return {Outcome::skipped, "Public facts name this server, so it was not asked itself.", {}, {}};
}

Probe late_server(const Server& server) {
    return {Outcome::timed_out,
            text_of(server) + " had not answered when the time for discovery was over.",
            {},
            {}};
}

}  // namespace gatepost::discovery
