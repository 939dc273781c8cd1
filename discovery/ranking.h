// Ranking: which of the sources' answers wins, how far it can be trusted, and when there is nothing
// left to wait for. Pure.
#pragma once

#include <vector>

#include "discovery/address.h"
#include "discovery/report.h"

namespace gatepost::discovery {

/// True when no pending source could change what wins: none has a better rank, and what is there is
/// proven (or says that there is no IMAP). Unproven settings wait for whoever could prove them by
/// naming the same server.
bool is_decided(const std::vector<Evidence>& answered, const std::vector<SourceKind>& pending);

/// The report of all the evidence, which it brings into the order of rank. The best rank wins;
/// other sources can only prove its server and add what it did not know.
Report rank(const Address& address, std::vector<Evidence> evidence);

}  // namespace gatepost::discovery
