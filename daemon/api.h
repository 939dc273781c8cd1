// The API: each method and path of the contract, from a request to its answer. On the front's
// executor. Who may ask at all is settled by the socket's mode, whose accounts there are for him by
// the access rules; what is asked is judged here and in the connector.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "connector/connector.h"
#include "connector/provider_imports.h"
#include "connector/vault_link.h"
#include "daemon/access.h"
#include "daemon/access_log.h"
#include "daemon/http_message.h"
#include "daemon/router.h"
#include "daemon/vault_jobs.h"

namespace gatepost::daemon {

class Api {
  public:
    /// All outlive the API, and what it answers.
    struct Parts {
        connector::Connector& connector;
        connector::ProviderImports& imports;
        connector::VaultLink& vault;
        VaultJobs& vault_jobs;
        const discovery::CachedDiscovery& discovery;
        const Access& access;
        const AccessLog& log;
    };
    explicit Api(const Parts& parts);

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
    boost::asio::awaitable<Answer> show_providers(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> put_providers(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> remove_providers(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> show_vault(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> rotate_vault(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> back_up_vault(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> check_vault(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> events(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> status(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> live(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> ready(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> health(Request request, Parameters parameters);
    boost::asio::awaitable<Answer> metrics(Request request, Parameters parameters);

    boost::asio::awaitable<Answer> vault_answer(unsigned status);
    /// Nothing where the peer operates the vault.
    [[nodiscard]] std::optional<Problem> why_no_vault(const Peer& peer) const;
    /// The id of the account that the path names, if the peer may use it.
    Result<std::string> identify(const Request& request, const Parameters& parameters) const;
    /// The same for any name; where it is an address of several applications, the default one's.
    [[nodiscard]] Result<std::string> identify(const std::string& account,
                                               connector::Scope scope) const;
    /// Of the application, or of all that the peer may use. Fails as check_application().
    Result<connector::Scope> scope_of(const Request& request,
                                      std::optional<std::string> application) const;
    /// Fails with not_found where there is no such application for the peer.
    Result<void> check_application(const Request& request, const std::string& application) const;

    connector::Connector& connector_;
    connector::ProviderImports& imports_;
    connector::VaultLink& vault_;
    VaultJobs& vault_jobs_;
    const discovery::CachedDiscovery& discovery_;
    const Access& access_;
    const AccessLog& log_;
    Router<Handler> router_;
    std::map<std::string, std::uint64_t> discoveries_;  ///< by outcome
    const std::chrono::system_clock::time_point started_ = std::chrono::system_clock::now();
    bool is_ready_ = false;
};

}  // namespace gatepost::daemon
