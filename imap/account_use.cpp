// What an account's sessions are used for: leases and errands of our own; and how they rest.
#include <utility>

#include "imap/account_pool.h"
#include "imap/lease_answer.h"
#include "imap/relay_commands.h"

namespace gatepost::imap {
namespace {

// A provider that does not answer a NOOP for so long will not; the way to it may be gone silently.
constexpr std::chrono::seconds noop_patience{15};
constexpr std::chrono::seconds list_patience{25};  // thousands of mailboxes; callers wait for 60 s

}  // namespace

// ---- Leases.

void AccountPool::begin_use(SessionId id, Lease lease) {
    ++services_.meters.leases;
    Held& held = sessions_.at(id);
    std::string capabilities = capabilities_in_a_lease(held.session->capabilities());
    std::string answer = signed_in_answer(lease.tag, capabilities);
    held.relay = Relay::start(
        held.session->stream(),
        {std::move(lease.client), std::move(answer), std::move(lease.received)},
        std::move(capabilities), {services_.options.lease_idle_timeout}, services_.meters.relayed,
        // Before the client knows, so that when it comes back the session counts as coming, too.
        [self = shared_from_this(), id] { self->pool_.ended(id); },
        [self = shared_from_this(), id](Relay::Outcome outcome) {
            self->end_lease(id, std::move(outcome));
        });
}

void AccountPool::end_lease(SessionId id, Relay::Outcome outcome) {
    const auto held = sessions_.find(id);
    if (held == sessions_.end()) return;
    held->second.relay.reset();
    switch (outcome.kind) {
        case Relay::Outcome::Kind::returnable:
            pool_.ended(id);
            services_.tasks.spawn(clean(shared_from_this(), id, outcome.may_have_selected));
            break;
        case Relay::Outcome::Kind::unusable:
            sessions_.erase(held);
            pool_.discarded(id, net::Clock::now());
            break;
        case Relay::Outcome::Kind::lost:
            return lose(id, std::move(outcome.problem));
    }
    act();
}

// One round trip either way, which also shows that both sides agree on where they are.
boost::asio::awaitable<void> AccountPool::clean(Self self, SessionId id, bool may_have_selected) {
    Session& session = *self->sessions_.at(id).session;
    Result<void> result;
    if (may_have_selected) {
        result = co_await session.clean(net::after(noop_patience));
    } else {
        result = co_await session.noop(net::after(noop_patience));
    }
    self->end_use(id, result);
}

// ---- Errands.

void AccountPool::begin_use(SessionId id, const Check& check) {
    services_.tasks.spawn(run_check(shared_from_this(), id, check.request));
}

void AccountPool::begin_use(SessionId id, const ListMailboxes& list) {
    services_.tasks.spawn(run_list(shared_from_this(), id, list.request));
}

boost::asio::awaitable<void> AccountPool::probe(Self self, SessionId id) {
    auto result = co_await self->sessions_.at(id).session->noop(net::after(noop_patience));
    self->end_use(id, result);
}

boost::asio::awaitable<void> AccountPool::run_check(Self self, SessionId id, RequestId request) {
    auto result = co_await self->sessions_.at(id).session->noop(net::after(noop_patience));
    // First the state, then the answer: whoever has it sees the account as it is.
    self->end_use(id, result);
    self->services_.events(Checked{request, std::move(result)});
}

boost::asio::awaitable<void> AccountPool::run_list(Self self, SessionId id, RequestId request) {
    auto result =
        co_await self->sessions_.at(id).session->list_mailboxes(net::after(list_patience));
    // A provider that only said no is still there.
    const bool is_there = result || !result.error().fact("provider_text").empty();
    self->end_use(id, is_there ? Result<void>() : Result<void>(result.error()));
    self->services_.events(Listed{request, std::move(result)});
}

void AccountPool::end_use(SessionId id, const Result<void>& result) {
    if (result) return rest(id);
    lose(id, result.error());
}

void AccountPool::lose(SessionId id, Problem problem) {
    sessions_.erase(id);
    const auto now = net::Clock::now();
    // The account may have other settings by now; then the spread is another host's, and small.
    const auto spread = services_.hosts.lost_session(host_of(settings_), now);
    pool_.lost(id, std::move(problem), now, spread);
    act();
}

// ---- Idle.

void AccountPool::rest(SessionId id) {
    sessions_.at(id).in_use = false;
    pool_.returned(id, net::Clock::now());
    act();
    listen(id);
}

// A provider has no reason to speak to an idle session but to end it; to a watching one it has. A
// handler instead of a coroutine: there are as many as accounts.
void AccountPool::listen(SessionId id) {
    const auto found = sessions_.find(id);
    if (found == sessions_.end() || found->second.in_use) return;
    found->second.session->stream().socket().async_wait(
        boost::asio::ip::tcp::socket::wait_read,
        [weak = weak_from_this(), id](boost::system::error_code error) {
            const auto self = weak.lock();
            if (error || !self) return;
            self->pool_.disturbed(id, net::Clock::now());
            self->act();
        });
}

}  // namespace gatepost::imap
