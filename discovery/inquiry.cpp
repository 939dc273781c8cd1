#include "discovery/inquiry.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "discovery/server_search.h"

namespace gatepost::discovery {
namespace {

namespace asio = boost::asio;

// Before the time is over the sources say what they know until then, and the server that it leads
// to is asked. A tenth where the time is short.
constexpr std::chrono::milliseconds time_for_last_words{200};

std::chrono::milliseconds since(net::Clock::time_point start) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(net::Clock::now() - start);
}

}  // namespace

Evidence unanswered(const Source& source, const Address& address, Outcome outcome,
                    std::string detail) {
    Evidence evidence;
    evidence.source = source.kind();
    evidence.outcome = outcome;
    evidence.from = source.asks(address);
    evidence.detail = std::move(detail);
    return evidence;
}

// The source outlives the asking: Discovery waits for all that it asked.
asio::awaitable<Evidence> ask_source(Source* source, Address address, net::Deadline deadline) {
    const auto start = net::Clock::now();
    std::string asks = source->asks(address);
    Evidence evidence = co_await source->ask(std::move(address), deadline);
    evidence.source = source->kind();
    evidence.took = since(start);
    evidence.proven = !evidence.candidates.empty() && evidence.candidates.front().proven;
    if (evidence.from.empty()) evidence.from = std::move(asks);
    co_return evidence;
}

Inquiry::Inquiry(Address address, std::vector<Source*> sources, Prober* prober,
                 const ProviderTable& table, net::Deadline deadline)
    : address_(std::move(address)),
      sources_(std::move(sources)),
      prober_(prober),
      table_(table),
      deadline_(deadline) {}

asio::awaitable<Report> Inquiry::run(std::vector<Evidence> known) {
    evidence_ = std::move(known);
    std::vector<asio::awaitable<Finding>> operations;
    operations.reserve(sources_.size());
    for (Source* source : sources_)
        operations.push_back(ask(source));
    Decide<Finding> next = [this](const Answers<Finding>& answers) { return decide(answers); };
    const Answers<Finding> answers =
        co_await gather(std::move(operations), std::move(next), deadline_);
    for (std::size_t place = 0; place < sources_.size(); ++place) {
        if (answers[place]) evidence_.push_back(*answers[place]->evidence);
    }
    add_unanswered_sources(answers);
    add_probes(answers);
    co_return rank(address_, std::move(evidence_), std::move(probed_));
}

asio::awaitable<Inquiry::Finding> Inquiry::ask(Source* source) {
    const net::Clock::duration tenth = (deadline_ - start_) / 10;
    const net::Deadline last_words =
        deadline_ - std::min<net::Clock::duration>(time_for_last_words, tenth);
    Evidence evidence = co_await ask_source(source, address_, last_words);
    if (prober_ != nullptr && evidence.candidates.empty() && !evidence.plain.empty()) {
        evidence = co_await look_for_tls(std::move(evidence));
        evidence.took = since(start_);
    }
    co_return Finding{std::move(evidence), std::nullopt};
}

asio::awaitable<Inquiry::Finding> Inquiry::probe(Server server) {
    const net::Deadline deadline = std::min(deadline_, net::after(probe_patience));
    ProbedServer probed = co_await probe_server(*prober_, std::move(server), deadline);
    co_return Finding{std::nullopt, std::move(probed)};
}

// The source was right about the host, and out of date about TLS: that is for the host to say.
asio::awaitable<Evidence> Inquiry::look_for_tls(Evidence evidence) {
    const PlainServer plain = evidence.plain.front();
    const net::Deadline deadline = std::min(deadline_, net::after(probe_patience));
    evidence.probed = co_await probe_usual_ports(*prober_, plain.host, deadline);
    bool has_tls = false;
    for (const ProbedServer& each : evidence.probed) {
        has_tls = has_tls || each.probe.outcome == Outcome::found;
        if (!is_usable(each)) continue;
        evidence.candidates.push_back({{plain.host, each.server.port, each.server.security,
                                        plain.username, agreed_auth(plain.auth, each.probe.auth)},
                                       plain.proven});
    }
    if (!evidence.candidates.empty()) evidence.outcome = Outcome::found;
    evidence.proven = !evidence.candidates.empty() && plain.proven;
    evidence.detail += evidence.detail.empty() ? "" : "; ";
    evidence.detail += plain.host + " offers " + (has_tls ? "" : "no ") + "TLS when it is asked";
    if (has_tls && evidence.candidates.empty()) {
        evidence.detail += ", but no way to sign in that is known here";
    }
    co_return evidence;
}

Next<Inquiry::Finding> Inquiry::decide(const Answers<Finding>& answers) {
    std::vector<Evidence> answered = evidence_;
    std::vector<SourceKind> pending;
    for (std::size_t place = 0; place < sources_.size(); ++place) {
        if (answers[place]) {
            answered.push_back(*answers[place]->evidence);
        } else {
            pending.push_back(sources_[place]->kind());
        }
    }
    std::vector<ProbedServer> probed = probed_;
    for (std::size_t place = sources_.size(); place < answers.size(); ++place) {
        if (answers[place]) probed.push_back(*answers[place]->probed);
    }
    Next<Finding> next;
    for (;;) {
        const Step step = next_step(address_.domain, answered, pending, probed, prober_ != nullptr);
        decided_ = next.enough = std::holds_alternative<Decided>(step);
        const std::optional<Server> server = server_to_ask(step);
        if (!server) break;
        if (!is_known(*server)) {
            asked_.push_back(*server);
            next.further.push_back(probe(*server));
            break;
        }
        probed_.push_back({*server, known_server()});
        probed.push_back(probed_.back());
    }
    return next;
}

std::optional<Server> Inquiry::server_to_ask(const Step& step) const {
    std::optional<Server> server;
    if (const auto* asks = std::get_if<AskServer>(&step)) {
        server = asks->server;
    } else if (const auto* ahead = std::get_if<AskAhead>(&step); ahead && asked_.empty()) {
        // One, and no more: most who are ahead of time are overtaken.
        server = ahead->server;
    }
    const bool is_asked = server && std::ranges::find(asked_, *server) != asked_.end();
    return is_asked ? std::nullopt : server;
}

bool Inquiry::is_known(const Server& server) const {
    const ProviderEntry* entry = table_.by_imap_host(server.host);
    return entry != nullptr && std::ranges::any_of(entry->servers, [&](const KnownServer& known) {
               return Server{known.host, known.port, known.security} == server;
           });
}

void Inquiry::add_unanswered_sources(const Answers<Finding>& answers) {
    for (std::size_t place = 0; place < sources_.size(); ++place) {
        if (answers[place]) continue;
        evidence_.push_back(
            decided_ ? unanswered(*sources_[place], address_, Outcome::skipped,
                                  "The answer was clear before this source had given its own.")
                     : unanswered(*sources_[place], address_, Outcome::timed_out,
                                  "It had not answered when the time for discovery was over."));
        evidence_.back().took = since(start_);
    }
}

void Inquiry::add_probes(const Answers<Finding>& answers) {
    for (std::size_t place = 0; place < asked_.size(); ++place) {
        const auto& answer = answers[sources_.size() + place];
        if (answer) {
            probed_.push_back(*answer->probed);
        } else if (!decided_) {
            // Else a source has asked the same server and was faster, or it matters no more.
            probed_.push_back({asked_[place], late_server(asked_[place])});
        }
    }
}

}  // namespace gatepost::discovery
