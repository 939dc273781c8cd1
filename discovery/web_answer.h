// Answers of web servers: what they mean for any source that asks by HTTP, whatever the page says.
// Pure. Fed by whoever answers on a domain that anyone may name.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "discovery/report.h"
#include "net/https.h"

namespace gatepost::discovery {

/// The URL's host in lower case; empty when it is no URL.
std::string host_of(const std::string& url);

/// Which of two outcomes is worth more to know when neither place has settings.
Outcome more_telling(Outcome one, Outcome other);

/// The evidence when there is no page to read: a problem, or a status other than 200. Nothing when
/// there is one.
std::optional<Evidence> without_page(const std::string& url,
                                     const Result<net::HttpResponse>& answer);

/// Why an answer over a chain of hops proves nothing, for people; empty when it proves what it
/// says: every hop was https, and the last one still in the organisational domain of the first. A
/// redirect must not lend a stranger the domain's name.
std::string doubt(const std::string& url, const net::HttpResponse& response);

/// The notes as one line for people.
std::string joined(const std::vector<std::string>& notes);

}  // namespace gatepost::discovery
