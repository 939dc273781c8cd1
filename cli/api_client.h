// A client of api.sock: one request and answer after the other over one connection. Blocks; every
// exchange ends within a deadline, and answers have a bound.
#pragma once

#include <memory>
#include <string>

#include <boost/json/value.hpp>

#include "cli/failure.h"
#include "core/secret.h"

namespace gatepost::cli {

struct ApiRequest {
    std::string method;
    std::string target;  ///< percent-encoded, see requests.h
    Secret body{};       ///< JSON; empty: none
};

class ApiClient {
  public:
    /// Connects with the first request.
    explicit ApiClient(std::string socket_path);
    ~ApiClient();

    /// The answer's JSON, or null where it has no body. Fails with the problem that the daemon
    /// tells, and with daemon-unreachable, timed_out, too_large, protocol_violation.
    Outcome<boost::json::value> send(ApiRequest request);

  private:
    class Connection;

    std::string socket_path_;
    std::unique_ptr<Connection> connection_;
};

}  // namespace gatepost::cli
