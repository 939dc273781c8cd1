// Ranking: which of the sources' answers wins, how far it can be trusted, and what is still worth
// asking. Pure.
//
// The best rank wins, and a lower one never overrides it, but for one rule. A winner whose server
// does not answer its probe, or answers under a bad certificate, gives way to the next candidate in
// order of rank that does answer, provided that nothing is lost in trust: a proven winner gives way
// to a proven one only. For a provider may be down for a minute, and that must not send a password
// to a host that nobody vouches for. Where no candidate can take its place, the winner stays, and
// its probe tells that it did not answer. A winner whose probe is not over gives way to nobody.
#pragma once

#include <string_view>
#include <variant>
#include <vector>

#include "discovery/address.h"
#include "discovery/report.h"

namespace gatepost::discovery {

/// Wait for one of those who were asked.
struct Wait {
    bool operator==(const Wait&) const = default;
};
/// Nothing that is still to come could change what wins.
struct Decided {
    bool operator==(const Decided&) const = default;
};
/// The winner so far, or who could take its place: probe it, then as Wait.
struct AskServer {
    Server server;

    bool operator==(const AskServer&) const = default;
};
/// Who wins unless a better rank that is pending has something: its probe may be begun, so that it
/// is over when they have answered; then as Wait.
struct AskAhead {
    Server server;

    bool operator==(const AskAhead&) const = default;
};
using Step = std::variant<Wait, Decided, AskServer, AskAhead>;

/// What to do next. Who is pending holds up what it outranks, and what is unproven where it could
/// still prove it by naming the same server.
/// @param domain the address's
/// @param probed what is known of servers, with those that are not to be probed as skipped
/// @param probing whether winners are probed at all
Step next_step(std::string_view domain, const std::vector<Evidence>& answered,
               const std::vector<SourceKind>& pending, const std::vector<ProbedServer>& probed,
               bool probing);

/// The report of all the evidence, which it brings into the order of rank. Other sources than the
/// winner can only prove its server and add what it did not know; the probe tells which ways to
/// sign in there are.
Report rank(const Address& address, std::vector<Evidence> evidence,
            std::vector<ProbedServer> probed = {});

/// The ways to sign in, from what a source names and what the server offers: those of both in the
/// source's order, then the server's others. None where the server offers none that is known here:
/// what it says of itself is believed, whatever a source has heard of it.
std::vector<AuthMethod> agreed_auth(const std::vector<AuthMethod>& named,
                                    const std::vector<AuthMethod>& offered);

}  // namespace gatepost::discovery
