// The API: each method and path of the contract, from a request to its answer. On the front's
// executor. Who may ask is settled by the socket's mode; what is asked is judged here and in the
// connector.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "connector/connector.h"
#include "daemon/access_log.h"
#include "daemon/http_message.h"
#include "daemon/router.h"

namespace gatepost::daemon {

class Api {
  public:
    /// Both outlive the API, and what it answers.
    Api(connector::Connector& connector, const AccessLog& access);

    boost::asio::awaitable<Answer> answer(Request request);

    /// From here on /health/ready says so.
    void set_ready(bool ready) { is_ready_ = ready; }

  private:
    using Parameters = std::vector<std::string>;
    using Handler = boost::asio::awaitable<Answer> (Api::*)(Request, Parameters);

    boost::asio::awaitable<Answer> discover(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> connect(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> list(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> put(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> find(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> change(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> remove(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> verify(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> pause(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> resume(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> mailboxes(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> live(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> ready(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> health(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> metrics(Request request, Parameters parameters);

    connector::Connector& connector_;
    const AccessLog& access_;
    Router<Handler> router_;
    std::map<std::string, std::uint64_t> discoveries_;  ///< by outcome
    bool is_ready_ = false;
};

}  // namespace gatepost::daemon
