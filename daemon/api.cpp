#include "daemon/api.h"

#include <boost/json/serialize.hpp>

#include "daemon/account_json.h"
#include "daemon/account_requests.h"
#include "daemon/event_requests.h"
#include "daemon/event_stream.h"
#include "daemon/health_json.h"
#include "daemon/metrics.h"
#include "daemon/problem_answer.h"
#include "daemon/provider_requests.h"
#include "daemon/status_json.h"
#include "daemon/vault_requests.h"
#include "discovery/report_json.h"
#include "imap/printable.h"

namespace gatepost::daemon {
namespace {

namespace asio = boost::asio;
using connector::Account;

constexpr std::size_t max_name_shown = 64;  // of an application

Answer json_answer(const boost::json::object& object, unsigned status = 200) {
    return {status, "application/json", boost::json::serialize(object)};
}

Answer account_answer(const Result<Account>& account) {
    return account ? json_answer(to_json(*account)) : answer_of(account.error());
}

Answer connected_answer(const connector::Outcome<connector::Connected>& connected) {
    if (!connected) return answer_of(connected.error());
    Answer answer = json_answer(to_json(connected->account), connected->created ? 201 : 200);
    if (connected->created) {
        answer.headers.emplace_back("Location", "/v1/accounts/" + connected->account.record.id);
    }
    return answer;
}

// What is imported decides where everybody's passwords go.
std::optional<Problem> why_not_for(const Peer& peer) {
    if (peer.is_operator()) return std::nullopt;
    return problem(ProblemKind::operator_only,
                   "Provider tables are for root and Gatepost's own user only.");
}

}  // namespace

Api::Api(const Parts& parts)
    : connector_(parts.connector),
      imports_(parts.imports),
      vault_(parts.vault),
      vault_jobs_(parts.vault_jobs),
      discovery_(parts.discovery),
      access_(parts.access),
      log_(parts.log),
      router_{{"GET", "/v1/discovery", &Api::discover},
              {"POST", "/v1/accounts", &Api::connect},
              {"GET", "/v1/accounts", &Api::list},
              {"PUT", "/v1/accounts/{account}", &Api::put},
              {"GET", "/v1/accounts/{account}", &Api::find},
              {"PATCH", "/v1/accounts/{account}", &Api::change},
              {"DELETE", "/v1/accounts/{account}", &Api::remove},
              {"POST", "/v1/accounts/{account}/verify", &Api::verify},
              {"POST", "/v1/accounts/{account}/pause", &Api::pause},
              {"POST", "/v1/accounts/{account}/resume", &Api::resume},
              {"GET", "/v1/accounts/{account}/mailboxes", &Api::mailboxes},
              {"GET", "/v1/providers", &Api::show_providers},
              {"PUT", "/v1/providers", &Api::put_providers},
              {"DELETE", "/v1/providers", &Api::remove_providers},
              {"GET", "/v1/vault", &Api::show_vault},
              {"POST", "/v1/vault/rotate", &Api::rotate_vault},
              {"POST", "/v1/vault/backup", &Api::back_up_vault},
              {"GET", "/v1/vault/check", &Api::check_vault},
              {"GET", "/v1/events", &Api::events},
              {"GET", "/v1/status", &Api::status},
              {"GET", "/health/live", &Api::live},
              {"GET", "/health/ready", &Api::ready},
              {"GET", "/health", &Api::health},
              {"GET", "/metrics", &Api::metrics}} {}

asio::awaitable<Answer> Api::answer(Request request) {
    auto match = router_.route(request.method, request.target.segments);
    if (match.handler) {
        co_return co_await (this->**match.handler)(std::move(request), std::move(match.parameters));
    }
    if (!match.allowed.empty()) co_return method_not_allowed(match.allowed);
    co_return answer_of(problem(ProblemKind::not_found, "There is nothing at this path."));
}

Result<std::string> Api::identify(const Request& request, const Parameters& parameters) const {
    auto application = read_application(request.target);
    if (!application) return application.error();
    connector::Scope scope = access_.scope_of(request.peer);
    scope.application = std::move(*application);
    return identify(parameters.front(), std::move(scope));
}

Result<std::string> Api::identify(const std::string& account, connector::Scope scope) const {
    const bool is_address = account.find('@') != std::string::npos;
    if (!scope.application && is_address) scope.application = connector::default_application;
    return connector_.identify(account, scope);
}

Result<void> Api::check_application(const Request& request, const std::string& application) const {
    if (access_.knows(application) && access_.admits(request.peer, application)) return {};
    return problem(ProblemKind::not_found,
                   "There is no application " + imap::printable(application, max_name_shown) +
                       " that you may use. The section access of gatepost.toml names them.");
}

Result<connector::Scope> Api::scope_of(const Request& request,
                                       std::optional<std::string> application) const {
    if (application) {
        if (auto allowed = check_application(request, *application); !allowed) {
            return std::move(allowed).error();
        }
    }
    connector::Scope scope = access_.scope_of(request.peer);
    scope.application = std::move(application);
    return scope;
}

asio::awaitable<Answer> Api::discover(Request request, Parameters) {
    auto query = read_discovery_query(request.target);
    if (!query) co_return answer_of(query.error());
    const auto report = co_await connector_.discover(std::move(query->email), query->freshness);
    if (!report) co_return answer_of(report.error());
    ++discoveries_[!report->found ? "not_found" : report->proven ? "proven" : "unproven"];
    co_return json_answer(discovery::to_json(*report));
}

asio::awaitable<Answer> Api::connect(Request request, Parameters) {
    auto asked = read_connect_request(request);
    request.forget_body();
    if (!asked) co_return answer_of(asked.error());
    const auto allowed = check_application(request, asked->application);
    if (!allowed) co_return answer_of(allowed.error());
    const auto connected = co_await connector_.connect(std::move(*asked));
    co_return connected_answer(connected);
}

asio::awaitable<Answer> Api::put(Request request, Parameters parameters) {
    auto asked = read_put_request(request, std::move(parameters.front()));
    request.forget_body();
    if (!asked) co_return answer_of(asked.error());
    const auto allowed = check_application(request, asked->application);
    if (!allowed) co_return answer_of(allowed.error());
    const auto connected = co_await connector_.put(std::move(*asked));
    co_return connected_answer(connected);
}

asio::awaitable<Answer> Api::list(Request request, Parameters) {
    auto filter = read_list_filter(request.target);
    if (!filter) co_return answer_of(filter.error());
    const auto allowed = check_application(request, filter->application);
    if (!allowed) co_return answer_of(allowed.error());
    const auto accounts = co_await connector_.list(std::move(*filter));
    co_return json_answer(to_json(accounts));
}

asio::awaitable<Answer> Api::find(Request request, Parameters parameters) {
    auto id = identify(request, parameters);
    if (!id) co_return answer_of(id.error());
    const auto account = co_await connector_.find(std::move(*id));
    co_return account_answer(account);
}

asio::awaitable<Answer> Api::change(Request request, Parameters parameters) {
    auto asked = read_change_request(request.text());
    request.forget_body();
    if (!asked) co_return answer_of(asked.error());
    auto id = identify(request, parameters);
    if (!id) co_return answer_of(id.error());
    const auto account = co_await connector_.change(std::move(*id), std::move(*asked));
    co_return account ? json_answer(to_json(*account)) : answer_of(account.error());
}

asio::awaitable<Answer> Api::remove(Request request, Parameters parameters) {
    auto id = identify(request, parameters);
    if (!id) co_return answer_of(id.error());
    const auto removed = co_await connector_.remove(std::move(*id));
    co_return removed ? Answer{204, {}, {}} : answer_of(removed.error());
}

asio::awaitable<Answer> Api::verify(Request request, Parameters parameters) {
    auto id = identify(request, parameters);
    if (!id) co_return answer_of(id.error());
    const auto account = co_await connector_.verify(std::move(*id));
    co_return account_answer(account);
}

asio::awaitable<Answer> Api::pause(Request request, Parameters parameters) {
    auto id = identify(request, parameters);
    if (!id) co_return answer_of(id.error());
    const auto account = co_await connector_.pause(std::move(*id));
    co_return account_answer(account);
}

asio::awaitable<Answer> Api::resume(Request request, Parameters parameters) {
    auto id = identify(request, parameters);
    if (!id) co_return answer_of(id.error());
    const auto account = co_await connector_.resume(std::move(*id));
    co_return account_answer(account);
}

asio::awaitable<Answer> Api::mailboxes(Request request, Parameters parameters) {
    auto id = identify(request, parameters);
    if (!id) co_return answer_of(id.error());
    const auto mailboxes = co_await connector_.mailboxes(std::move(*id));
    co_return mailboxes ? json_answer(to_json(*mailboxes)) : answer_of(mailboxes.error());
}

asio::awaitable<Answer> Api::show_providers(Request request, Parameters) {
    if (const auto refused = why_not_for(request.peer)) co_return answer_of(*refused);
    co_return json_answer(to_json(imports_, std::chrono::system_clock::now()));
}

asio::awaitable<Answer> Api::put_providers(Request request, Parameters) {
    if (const auto refused = why_not_for(request.peer)) co_return answer_of(*refused);
    auto text = read_provider_table(request.text());
    request.forget_body();
    if (!text) co_return answer_of(text.error());
    const auto imported = co_await imports_.put(std::move(*text));
    if (!imported) co_return answer_of(imported.error());
    co_return json_answer(to_json(imports_, std::chrono::system_clock::now()));
}

asio::awaitable<Answer> Api::remove_providers(Request request, Parameters) {
    if (const auto refused = why_not_for(request.peer)) co_return answer_of(*refused);
    const auto removed = co_await imports_.remove();
    co_return removed ? Answer{204, {}, {}} : answer_of(removed.error());
}

std::optional<Problem> Api::why_no_vault(const Peer& peer) const {
    if (access_.operates_vault(peer)) return std::nullopt;
    return problem(ProblemKind::operator_only,
                   "The vault is for root, Gatepost's own user, and whom vault.operators in "
                   "gatepost.toml names.");
}

asio::awaitable<Answer> Api::show_vault(Request request, Parameters) {
    if (const auto refused = why_no_vault(request.peer)) co_return answer_of(*refused);
    co_return co_await vault_answer(200);
}

asio::awaitable<Answer> Api::rotate_vault(Request request, Parameters) {
    if (const auto refused = why_no_vault(request.peer)) co_return answer_of(*refused);
    if (auto nothing = read_vault_request(request.text()); !nothing) {
        co_return answer_of(nothing.error());
    }
    if (auto begun = vault_jobs_.rotate(); !begun) co_return answer_of(begun.error());
    co_return co_await vault_answer(202);
}

asio::awaitable<Answer> Api::back_up_vault(Request request, Parameters) {
    if (const auto refused = why_no_vault(request.peer)) co_return answer_of(*refused);
    const auto path = read_backup_request(request.text());
    if (!path) co_return answer_of(path.error());
    if (auto begun = vault_jobs_.back_up(*path); !begun) co_return answer_of(begun.error());
    co_return co_await vault_answer(202);
}

asio::awaitable<Answer> Api::check_vault(Request request, Parameters) {
    if (const auto refused = why_no_vault(request.peer)) co_return answer_of(*refused);
    if (auto begun = vault_jobs_.check(); !begun) co_return answer_of(begun.error());
    co_return co_await vault_answer(202);
}

// A job that was begun answers with the same as GET, whose progress the caller then follows.
asio::awaitable<Answer> Api::vault_answer(unsigned status) {
    const auto state = co_await vault_.read_state();
    if (!state) co_return answer_of(state.error());
    co_return json_answer(to_json(*state, vault_.writable(), vault_jobs_.latest()), status);
}

asio::awaitable<Answer> Api::events(Request request, Parameters) {
    auto query = read_event_query(request.target);
    if (!query) co_return answer_of(query.error());
    auto scope = scope_of(request, std::move(query->application));
    if (!scope) co_return answer_of(scope.error());
    EventFilter filter{std::nullopt, query->states, query->mailboxes};
    if (query->account) {
        auto id = identify(*query->account, *scope);
        if (!id) co_return answer_of(id.error());
        filter.account = std::move(*id);
    }
    Answer answer{200, "text/event-stream", {}};
    answer.stream = make_event_stream(connector_.events(), std::move(filter), std::move(*scope),
                                      request.last_event_id);
    co_return answer;
}

asio::awaitable<Answer> Api::status(Request request, Parameters) {
    auto application = read_application(request.target);
    if (!application) co_return answer_of(application.error());
    auto scope = scope_of(request, std::move(*application));
    if (!scope) co_return answer_of(scope.error());
    const auto overview = co_await connector_.overview(std::move(*scope));
    co_return json_answer(to_json(overview, connector_.health(), started_));
}

asio::awaitable<Answer> Api::live(Request, Parameters) {
    co_return Answer{200, "text/plain; charset=utf-8", "live\n"};
}

asio::awaitable<Answer> Api::ready(Request, Parameters) {
    co_return Answer{is_ready_ ? 200U : 503U, "text/plain; charset=utf-8",
                     is_ready_ ? "ready\n" : "not ready\n"};
}

asio::awaitable<Answer> Api::health(Request, Parameters) {
    const auto health = connector_.health();
    co_return json_answer(to_json(health, vault_jobs_.last_check()),
                          health.vault_writable ? 200 : 503);
}

asio::awaitable<Answer> Api::metrics(Request, Parameters) {
    co_return Answer{200, "text/plain; version=0.0.4; charset=utf-8",
                     metrics_text(connector_.health(), vault_jobs_.last_check(), log_.counts(),
                                  discoveries_, discovery_)};
}

}  // namespace gatepost::daemon
