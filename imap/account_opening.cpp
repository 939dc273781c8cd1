// How an account's pool gets its sessions: leave from the queue, a credential, and the sign-in.
#include <algorithm>
#include <utility>

#include "imap/account_pool.h"

namespace gatepost::imap {
namespace {

Problem no_credential() {
    return problem(ProblemKind::timed_out, "The account's credential took too long to come.");
}

}  // namespace

void AccountPool::queue_sign_in(SessionId id, SignInQueue::Lane lane) {
    services_.sign_ins.enter(lane, host_of(settings_),
                             [weak = weak_from_this(), id](SignInQueue::Slot slot) {
                                 if (const auto self = weak.lock())
                                     self->begin_sign_in(id, std::move(slot));
                             });
}

void AccountPool::begin_sign_in(SessionId id, SignInQueue::Slot slot) {
    // Abandoned while it waited for its turn, or begun already because somebody was in a hurry.
    if (!pool_.is_opening(id) || openings_.contains(id)) return;
    const auto now = net::Clock::now();
    auto begun = services_.hosts.begin(host_of(settings_), pool_.is_insisted(), now);
    if (auto* blocked = std::get_if<Breaker::Blocked>(&begun)) {
        pool_.deferred(id, std::move(blocked->problem), blocked->until, now);
        return act();
    }
    Opening& opening = openings_
                           .emplace(id, Opening{std::move(slot),
                                                std::move(std::get<Hosts::Attempt>(begun)),
                                                boost::asio::steady_timer(services_.executor),
                                                true,
                                                {}})
                           .first->second;
    opening.patience.expires_after(sign_in_patience);
    opening.patience.async_wait([weak = weak_from_this(), id](boost::system::error_code error) {
        const auto self = weak.lock();
        if (error || !self) return;
        self->openings_.erase(id);
        self->pool_.open_failed(id, no_credential(), net::Clock::now());
        self->act();
    });
    services_.events(CredentialWanted{account_, pool_.version()});
}

void AccountPool::give(GiveCredential command) {
    if (command.version != pool_.version()) return;
    const auto wanting = std::ranges::find_if(
        openings_, [](const auto& opening) { return opening.second.wants_credential; });
    if (wanting == openings_.end()) return;
    const SessionId id = wanting->first;
    Opening& opening = wanting->second;
    opening.wants_credential = false;
    opening.patience.cancel();
    if (!command.credential) {
        openings_.erase(wanting);
        pool_.open_failed(id, std::move(command.credential).error(), net::Clock::now());
        return act();
    }
    // The task may have ended, and its opening gone, when spawn() returns.
    const TaskGroup::Handle task = services_.tasks.spawn(
        sign_in(shared_from_this(), id, settings_, std::move(*command.credential)));
    const auto still = openings_.find(id);
    if (still != openings_.end()) still->second.task = task;
}

boost::asio::awaitable<void> AccountPool::sign_in(Self self, SessionId id, Settings settings,
                                                  Credential credential) {
    auto operation =
        Session::connect(self->services_.dialer, self->services_.tls, std::move(settings),
                         std::move(credential), net::after(sign_in_patience));
    auto result = co_await std::move(operation);
    self->end_sign_in(id, std::move(result));
}

void AccountPool::end_sign_in(SessionId id, Result<std::unique_ptr<Session>> result) {
    auto opening = openings_.extract(id);
    // Without its opening it was abandoned, and nobody wants to know.
    if (opening.empty()) return;
    report(std::move(opening.mapped().attempt), result, services_.meters);
    if (!result) {
        pool_.open_failed(id, std::move(result).error(), net::Clock::now());
        return act();
    }
    sessions_.emplace(id, Held{std::move(*result), false, nullptr});
    pool_.opened(id, net::Clock::now());
    act();
    listen(id);
}

}  // namespace gatepost::imap
