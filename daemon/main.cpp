// gatepostd, from its options to its end. What stands further up outlives what stands below.
#include <cstdlib>
#include <exception>
#include <iostream>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "connector/connector.h"
#include "connector/provider_imports.h"
#include "daemon/access.h"
#include "daemon/access_log.h"
#include "daemon/api.h"
#include "daemon/daily_check.h"
#include "daemon/hardening.h"
#include "daemon/http_connection.h"
#include "daemon/imap_connection.h"
#include "daemon/life_cycle.h"
#include "daemon/log.h"
#include "daemon/options.h"
#include "daemon/unix_server.h"
#include "daemon/vault_jobs.h"
#include "discovery/cached_discovery.h"
#include "discovery/discovery.h"
#include "net/cares_resolver.h"
#include "net/dialer.h"
#include "net/egress.h"
#include "net/https.h"
#include "net/tls.h"
#include "vault/vault.h"

namespace gatepost::daemon {
namespace {

namespace asio = boost::asio;

// A request holds a connection while a provider is asked, 30 s at worst. A user's services have 64
// of them at the same time; sign-ins to sessions take no time, but many come at once.
constexpr ServerLimits api_limits{64, 1024};
constexpr ServerLimits imap_limits{1024, 4096};

int fail(const Problem& problem) {
    std::cerr << "gatepostd: " << problem.detail << '\n';
    return EXIT_FAILURE;
}

vault::VaultOptions vault_options(const Configuration& configuration) {
    return {configuration.state_dir + "/vault.db", configuration.vault.root_key,
            configuration.vault.previous_root_key};
}

SocketAccess socket_access(const Configuration& configuration) {
    return {configuration.api.socket_mode, configuration.api.socket_group};
}

discovery::DiscoveryOptions discovery_options(const Configuration& configuration) {
    discovery::DiscoveryOptions options;
    options.deadline = configuration.discovery.deadline;
    options.plain_http = configuration.discovery.plain_http;
    options.trust_ad = configuration.dns.trust_ad;
    options.ispdb_url = configuration.discovery.ispdb_url;
    options.probe = configuration.discovery.probe;
    return options;
}

imap::ReactorOptions reactor_options(const Configuration& configuration) {
    const Configuration::Pool& pool = configuration.pool;
    imap::ReactorOptions options;
    options.sessions_per_account = pool.sessions_per_account;
    options.max_sessions_per_account = pool.max_sessions_per_account;
    options.connects_in_flight = pool.connects_in_flight;
    options.keepalive = std::chrono::floor<std::chrono::seconds>(pool.keepalive);
    options.lease_idle_timeout = std::chrono::floor<std::chrono::seconds>(pool.lease_idle_timeout);
    options.dns.servers = configuration.dns.servers;
    return options;
}

std::size_t reactors(const Configuration& configuration) {
    if (configuration.threads > 0) return configuration.threads;
    return std::max(std::thread::hardware_concurrency(), 1U);
}

void log_state_change(Log& log, const connector::Connector::StateChange& change) {
    const auto word = [](const std::optional<connector::AccountState>& state) {
        return std::string(state ? connector::name_of(*state) : "none");
    };
    log.info("An account's state has changed.",
             {{"account", change.account},
              {"email", change.email},
              {"previous", word(change.previous)},
              {"state", word(change.state)},
              {"problem", change.problem ? std::string(name_of(change.problem->kind)) : "none"},
              {"detail", change.problem ? change.problem->detail : ""}});
}

int run(const Options& options, Configuration& configuration, Access& access) {
    if (auto hardened = harden_process(); !hardened) return fail(hardened.error());
    Log log(configuration.log.level, configuration.log.format);
    asio::io_context front(1);
    const auto executor = front.get_executor();

    // What it remembers, and where it may be asked.
    auto vault = vault::Vault::open(vault_options(configuration));
    if (!vault) return fail(vault.error());
    auto api_listener = UnixListener::listen(executor, configuration.runtime_dir + "/api.sock",
                                             socket_access(configuration));
    if (!api_listener) return fail(api_listener.error());
    auto imap_listener = UnixListener::listen(executor, configuration.runtime_dir + "/imap.sock",
                                              socket_access(configuration));
    if (!imap_listener) return fail(imap_listener.error());

    if ((*vault)->root_key_changed()) {
        log.warning(
            "The vault is under the new root key. The previous one opens it no more: remove "
            "vault.previous_root_key.");
    }

    // How it reaches the world.
    const auto egress =
        net::EgressPolicy::make(configuration.egress.allow, configuration.egress.ports);
    if (!egress) return fail(egress.error());
    const auto tls = net::TlsContext::make(configuration.tls.ca_file);
    if (!tls) return fail(tls.error());
    const auto resolver = net::CaresResolver::make(executor, {configuration.dns.servers});
    if (!resolver) return fail(resolver.error());
    net::TcpDialer dialer(**resolver, *egress);
    net::DialingHttpsClient https(dialer, **tls);
    discovery::DialingProber prober(dialer, **tls, *egress);
    discovery::Discovery searching(**resolver, https, prober, discovery_options(configuration));
    discovery::CachedDiscovery discovery(
        [&searching](discovery::Address address) { return searching.discover(std::move(address)); },
        searching.providers());
    connector::ProviderImports imports(executor, **vault, searching.providers());
    if (const auto loaded = imports.load(); !loaded) {
        log.error("The imported provider table cannot be used, only the one that is compiled in.",
                  {{"detail", loaded.error().detail}});
    }

    // The accounts: from here on they are being connected.
    auto connector = connector::Connector::start({executor, **vault, discovery, *egress,
                                                  reactor_options(configuration), **tls,
                                                  reactors(configuration)});
    if (!connector) return fail(connector.error());
    connector::Connector& accounts = **connector;
    accounts.on_state_change = [&log](const auto& change) { log_state_change(log, change); };
    for (const std::string& id : accounts.health().damaged)
        log.error("A stored account cannot be read, and is not served.", {{"account", id}});

    // Who is served.
    AccessLog access_log(log);
    connector::VaultLink vault_link(executor, **vault);
    VaultJobs vault_jobs(executor, **vault, log);
    if ((*vault)->has_unfinished_rotation()) (void)vault_jobs.finish_rotation();
    DailyCheck daily_check(executor, vault_jobs);
    daily_check.start();
    Api api({accounts, imports, vault_link, vault_jobs, discovery, access, access_log});
    const HttpHandler handle = [&api](Request request) { return api.answer(std::move(request)); };
    const LeaseMaker lease = [&](const Peer& peer, std::string_view account, imap::OwnedFd& client,
                                 std::string tag, std::string received) -> Result<void> {
        const auto id = accounts.identify(account, access.scope_of(peer));
        if (!id) return id.error();
        return accounts.lease(*id, client, std::move(tag), std::move(received));
    };
    UnixServer api_server(
        std::move(*api_listener), api_limits, "api", http_turned_away(),
        [&](Client client, PeerLimit::Place place) {
            return make_http_connection(std::move(client), std::move(place), handle, access_log);
        },
        log);
    UnixServer imap_server(
        std::move(*imap_listener), imap_limits, "imap", imap_turned_away(),
        [&](Client client, PeerLimit::Place place) {
            return make_imap_connection(std::move(client), std::move(place), lease, log);
        },
        log);

    LifeCycle life(executor,
                   {options, configuration, log, access, accounts, api, api_server, imap_server});
    asio::co_spawn(front, life.run(), [&front](const std::exception_ptr& bug) {
        if (bug) std::rethrow_exception(bug);
        front.stop();
    });
    front.run();
    return EXIT_SUCCESS;
}

int start(int argc, const char* const* argv) {
    const auto options = read_options(argc, argv);
    if (const int* code = std::get_if<int>(&options)) return *code;
    const auto& chosen = std::get<Options>(options);
    auto configuration = read_configuration(chosen.configuration_file, chosen.names_file);
    if (!configuration) return fail(configuration.error());
    auto access = Access::make(configuration->access, configuration->vault_operators);
    if (!access) return fail(access.error());
    if (chosen.check_configuration) {
        std::cout << chosen.configuration_file.string() << " is in order.\n";
        return EXIT_SUCCESS;
    }
    return run(chosen, *configuration, *access);
}

}  // namespace
}  // namespace gatepost::daemon

int main(int argc, char** argv) {
    try {
        return gatepost::daemon::start(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "gatepostd: ended by a bug: " << error.what() << '\n';
        return EXIT_FAILURE;
    }
}
