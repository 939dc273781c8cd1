// How one of an account's sessions watches INBOX, and how its changes become events.
#include <utility>

#include "imap/account_pool.h"

namespace gatepost::imap {
namespace {

// A provider that does not answer for so long will not. Examining a large mailbox takes seconds.
constexpr std::chrono::seconds watch_patience{15};

}  // namespace

void AccountPool::want_watch(bool wanted, std::chrono::milliseconds spread) {
    if (wanted && !watching_) watching_ = std::make_unique<Watching>(services_.executor);
    pool_.want_watch(wanted, net::Clock::now(), spread);
    act();
}

boost::asio::awaitable<void> AccountPool::begin_watch(Self self, SessionId id) {
    self->watching_->inbox.examine();
    Session& session = *self->sessions_.at(id).session;
    auto examined = [pool = self.get(), id] {
        if (pool->pool_.is_current(id)) pool->watching_->inbox.examined();
    };
    auto watch = co_await session.begin_watch(self->news(id), std::move(examined),
                                              net::after(watch_patience));
    if (!watch) co_return self->lose(id, std::move(watch).error());
    if (*watch == Session::Watch::refused) {
        self->pool_.unwatchable(id, net::Clock::now());
    } else {
        self->pool_.watching(id, *watch == Session::Watch::told, net::Clock::now());
    }
    self->go_on(id);
}

boost::asio::awaitable<void> AccountPool::renew_watch(Self self, SessionId id) {
    Session& session = *self->sessions_.at(id).session;
    auto watch = co_await session.renew_watch(self->news(id), net::after(watch_patience));
    if (!watch) co_return self->lose(id, std::move(watch).error());
    self->pool_.watching(id, *watch == Session::Watch::told, net::Clock::now());
    self->go_on(id);
}

boost::asio::awaitable<void> AccountPool::hear(Self self, SessionId id) {
    Session& session = *self->sessions_.at(id).session;
    auto heard = co_await session.hear(self->news(id), net::after(watch_patience));
    if (!heard) co_return self->lose(id, std::move(heard).error());
    self->pool_.heard(id, *heard == Session::Watch::told, net::Clock::now());
    self->go_on(id);
}

boost::asio::awaitable<void> AccountPool::end_watch(Self self, SessionId id) {
    Session& session = *self->sessions_.at(id).session;
    auto ended = co_await session.end_watch(self->news(id), net::after(watch_patience));
    self->end_use(id, ended);
    self->tell_news();
}

void AccountPool::go_on(SessionId id) {
    sessions_.at(id).in_use = false;
    act();
    listen(id);
    tell_news();
}

// Lives no longer than the operation that it is given to, which holds the pool. What is served may
// change meanwhile, and then it is another session that is listened to.
Session::News AccountPool::news(SessionId id) {
    return [this, id](const Response& response) {
        if (pool_.is_current(id)) watching_->inbox.hear(response);
    };
}

// One event for all that was heard together; what follows too soon waits for its time.
void AccountPool::tell_news() {
    if (pool_.version() == 0) return;  // withdrawn meanwhile
    if (const auto change = watching_->inbox.take(net::Clock::now())) {
        services_.events(
            MailboxChanged{account_, pool_.version(), "INBOX", change->what, change->exists});
    }
    const auto wake = watching_->inbox.wake();
    if (wake == InboxWatch::Time::max() || std::exchange(watching_->is_waiting, true)) return;
    watching_->news.expires_at(wake);
    watching_->news.async_wait([weak = weak_from_this()](boost::system::error_code error) {
        const auto self = weak.lock();
        if (error || !self) return;
        self->watching_->is_waiting = false;
        self->tell_news();
    });
}

}  // namespace gatepost::imap
