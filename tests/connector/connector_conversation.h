// The fixture of the connector's conversations: a connector whose reactors and vault are played,
// without any network. Tests say what the provider takes, what the vault can do, and in which order
// it happens.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "connector/connector.h"
#include "discovery/discovery.h"
#include "fake_reactor.h"
#include "fake_vault.h"

namespace gatepost::connector {

namespace asio = boost::asio;

inline std::map<std::string, std::string> team_blue() {
    std::map<std::string, std::string> labels;
    labels["team"] = "blue";
    return labels;
}

class SmallDns final : public net::Resolver {
  public:
    asio::awaitable<Result<net::Answer<asio::ip::address>>> addresses(std::string,
                                                                      net::Deadline) override {
        co_return net::Answer<asio::ip::address>{};
    }
    asio::awaitable<Result<net::Answer<net::MxRecord>>> mx(std::string, net::Deadline) override {
        co_return net::Answer<net::MxRecord>{};
    }
    asio::awaitable<Result<net::Answer<net::SrvRecord>>> srv(std::string name,
                                                             net::Deadline) override {
        net::Answer<net::SrvRecord> answer;
        if (name.starts_with("_imaps.") && !imaps.empty()) answer.records = {{0, 1, 993, imaps}};
        co_return answer;
    }
    asio::awaitable<Result<net::Answer<std::string>>> txt(std::string, net::Deadline) override {
        co_return net::Answer<std::string>{};
    }

    std::string imaps;  ///< the host that each domain's SRV record names; empty: there is none
};

class NoHttps final : public net::HttpsClient {
  public:
    asio::awaitable<Result<net::HttpResponse>> send(net::HttpRequest, net::HttpLimits,
                                                    net::Deadline) override {
        co_return problem(ProblemKind::cannot_connect, "There is no network.");
    }
};

class NoProber final : public discovery::Prober {
    boost::asio::awaitable<Result<discovery::Capabilities>> probe(std::string, std::uint16_t,
                                                                  Security,
                                                                  net::Deadline) override {
        co_return problem(ProblemKind::cannot_connect, "There are no servers here.");
    }
};

/// What became of an operation that was started.
template <class T>
struct Started {
    std::optional<T> result;
    asio::cancellation_signal cancel;
    bool cancelled = false;
};

class ConnectorTest : public testing::Test {
  protected:
    ConnectorTest() {
        reactors.passwords = {{"alice@example.com", "right"}, {"bob@example.com", "right"}};
        start_connector();
    }

    void start_connector() {
        connector.reset();
        reactors.told.clear();
        auto started =
            Connector::start({context.get_executor(), *vault, discovery, egress, {}, *tls, 2});
        ASSERT_TRUE(started) << started.error().detail;
        connector = std::move(*started);
        connector->on_state_change = [this](const Connector::StateChange& change) {
            changes.push_back(change.account + ": " +
                              std::string(change.previous ? name_of(*change.previous) : "none") +
                              " to " + std::string(change.state ? name_of(*change.state) : "none"));
        };
    }

    /// Runs everything that can run without anybody's further doing.
    void settle() {
        context.restart();
        context.poll();
    }

    template <class T>
    std::shared_ptr<Started<T>> begin(asio::awaitable<T> operation) {
        auto started = std::make_shared<Started<T>>();
        asio::co_spawn(context, std::move(operation),
                       asio::bind_cancellation_slot(
                           started->cancel.slot(), [started](std::exception_ptr thrown, T result) {
                               started->cancelled = static_cast<bool>(thrown);
                               if (!thrown) started->result = std::move(result);
                           }));
        settle();
        return started;
    }

    template <class T>
    T run(asio::awaitable<T> operation) {
        auto started = begin(std::move(operation));
        context.restart();
        while (!started->result && context.run_one() > 0) {
        }
        return std::move(*started->result);
    }

    static ConnectRequest request(std::string id, std::string password = "right") {
        ConnectRequest request;
        request.id = std::move(id);
        request.email = *request.id + "@example.com";
        request.password = Secret::copy_of(password);
        request.imap.emplace();
        request.imap->host = "imap.example.com";
        return request;
    }

    static ChangeRequest new_password(std::string_view password) {
        ChangeRequest request;
        request.password = Secret::copy_of(password);
        return request;
    }

    void connect(const std::string& id) {
        const auto connected = run(connector->connect(request(id)));
        ASSERT_TRUE(connected) << connected.error().problem.detail;
        settle();
        reactors.told.clear();
        changes.clear();
    }

    void tell_state(const std::string& id, imap::AccountState::State state, std::uint64_t version,
                    std::optional<Problem> problem = std::nullopt) {
        imap::AccountState event;
        event.account = id;
        event.version = version;
        event.state = state;
        event.problem = std::move(problem);
        reactors.tell(std::move(event));
        settle();
    }

    void tell_refused(const std::string& id, std::uint64_t version) {
        tell_state(id, imap::AccountState::State::refused, version,
                   problem(ProblemKind::sign_in_refused, "The password was changed."));
    }

    AccountState state_of(const std::string& id) { return run(connector->find(id))->state; }

    asio::io_context context;
    vault::FakeVaultFile file;
    imap::FakeReactors reactors;
    std::unique_ptr<vault::Vault> vault = std::move(*vault::Vault::open({}));
    SmallDns dns;
    NoHttps https;
    NoProber prober;
    discovery::Discovery searching{dns, https, prober, {}};
    discovery::CachedDiscovery discovery{
        [this](discovery::Address address) { return searching.discover(std::move(address)); },
        searching.providers()};
    net::EgressPolicy egress = *net::EgressPolicy::make({}, {143, 993});
    std::unique_ptr<net::TlsContext> tls = std::move(*net::TlsContext::make(""));
    std::vector<std::string> changes;
    std::unique_ptr<Connector> connector;
};

}  // namespace gatepost::connector
