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

void AccountPool::begin_sign_in(SessionId id, bool insists, SignInQueue::Slot slot) {
    const std::uint64_t version = pool_.version();
    if (!pool_.is_opening(id)) return;  // abandoned while it waited for its turn
    if (!insists) {
        if (auto blocked = services_.ask_breaker(settings_)) {
            pool_.deferred(id, std::move(blocked->problem), blocked->until, net::Clock::now());
            return act();
        }
    }
    Opening& opening =
        openings_
            .emplace(
                id,
                Opening{std::move(slot), boost::asio::steady_timer(services_.executor), true, {}})
            .first->second;
    opening.patience.expires_after(sign_in_patience);
    opening.patience.async_wait([weak = weak_from_this(), id](boost::system::error_code error) {
        const auto self = weak.lock();
        if (error || !self) return;
        self->openings_.erase(id);
        self->services_.tell_breaker_nothing(self->settings_);
        self->pool_.open_failed(id, no_credential(), net::Clock::now());
        self->act();
    });
    services_.events(CredentialWanted{account_, version});
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
        services_.tell_breaker_nothing(settings_);
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
    auto operation = Session::connect(self->services_.dialer, self->services_.tls, settings,
                                      std::move(credential), net::after(sign_in_patience));
    auto result = co_await std::move(operation);
    self->end_sign_in(id, settings, std::move(result));
}

void AccountPool::end_sign_in(SessionId id, const Settings& settings,
                              Result<std::unique_ptr<Session>> result) {
    // Without its opening it was abandoned, and nobody wants to know.
    if (openings_.erase(id) == 0) return;
    services_.meters.count_sign_in(result);
    services_.tell_breaker(settings, result);
    if (!result) {
        pool_.open_failed(id, std::move(result).error(), net::Clock::now());
        return act();
    }
    sessions_.emplace(id, Held{std::move(*result), false, nullptr});
    pool_.opened(id, net::Clock::now());
    act();
    watch(id);
}

}  // namespace gatepost::imap
