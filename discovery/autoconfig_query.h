// Autoconfig by HTTP: where the file of a domain may be, and what the answers mean. Used by the
// sources autoconfig, ispdb and mx.
#pragma once

#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "core/result.h"
#include "discovery/address.h"
#include "discovery/autoconfig_xml.h"
#include "discovery/report.h"
#include "net/deadline.h"
#include "net/https.h"

namespace gatepost::discovery {

struct AutoconfigPlace {
    std::string url;
    /// The operator named it, who may put it on any port.
    bool is_operators = false;
    bool tells_address = false;  ///< the URL names the address that is asked about
};

/// Where the domain's file is asked for, the preferred place first. Only the domain's autoconfig
/// host is told the address: it is there to know it. Over http too, last, when allowed.
std::vector<AutoconfigPlace> autoconfig_places(const std::string& domain, const Address& address,
                                               bool plain_http);

/// Where the database of providers has its file about the domain. It is told the domain only.
AutoconfigPlace ispdb_place(const std::string& ispdb_url, const std::string& domain);

/// What the page at the URL says, which was read as that file. Proven where nothing speaks against
/// it (doubt() in web_answer.h).
Evidence judge_autoconfig(const std::string& url, const net::HttpResponse& page,
                          Result<AutoconfigFile> file);

/// Asks all the places at once. The first one in their order that has settings wins; the others are
/// not waited for. Where none has, the evidence tells what each said. A file that leaves it to an
/// OAuth issuer how OAuth is done has this asked too, which proves nothing about the file.
boost::asio::awaitable<Evidence> ask_autoconfig(net::HttpsClient& https,
                                                std::vector<AutoconfigPlace> places,
                                                Address address, net::Deadline deadline);

}  // namespace gatepost::discovery
