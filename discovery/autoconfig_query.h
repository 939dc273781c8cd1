// Autoconfig by HTTP: where the file of a domain may be, and what the answers mean. Used by the
// sources autoconfig and mx.
#pragma once

#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "core/result.h"
#include "discovery/address.h"
#include "discovery/report.h"
#include "net/deadline.h"
#include "net/https.h"

namespace gatepost::discovery {

/// Where the domain's file is asked for, the preferred place first. Only the domain's autoconfig
/// host is told the address: it is there to know it. Over http too, last, when allowed.
std::vector<std::string> autoconfig_urls(const std::string& domain, const Address& address,
                                         bool plain_http);

/// What the answer to the URL says. Proven when every hop was https and the last one still in the
/// organisational domain of the first: a redirect must not lend a stranger the domain's name.
Evidence judge_autoconfig(const std::string& url, const Result<net::HttpResponse>& answer,
                          const Address& address);

/// Asks all the URLs at once. The first one in their order that has settings wins; the others are
/// not waited for. Where none has, the evidence tells what each said.
boost::asio::awaitable<Evidence> ask_autoconfig(net::HttpsClient& https,
                                                std::vector<std::string> urls, Address address,
                                                net::Deadline deadline);

}  // namespace gatepost::discovery
