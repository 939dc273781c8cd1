#include "connector/connector.h"

#include "connector/impl.h"

namespace gatepost::connector {
void throw_exception_from_error(const Refusal& refusal, const boost::source_location& where) {
    gatepost::throw_exception_from_error(refusal.problem, where);
}

Problem unknown_account(std::string_view account) {
    return problem(ProblemKind::unknown_account,
                   "There is no account " + std::string(account) + ".");
}

Problem removed_meanwhile(const std::string& account) {
    return problem(ProblemKind::unknown_account,
                   "The account " + account + " was removed meanwhile.");
}

AccountStatus::Time now() {
    return std::chrono::system_clock::now();
}

Connector::Impl::Impl(const Parts& parts)
    : executor_(parts.executor),
      discovery_(parts.discovery),
      egress_(parts.egress),
      vault_(parts.executor, parts.vault),
      operations_(parts.executor),
      writes_(parts.executor) {}

Result<void> Connector::Impl::start(const Parts& parts) {
    auto loaded = parts.vault.load_accounts();
    if (!loaded) return std::move(loaded).error();
    damaged_ = std::move(loaded->damaged);

    auto reactors = ReactorLink::start(executor_, parts.reactors, parts.reactor_options, egress_,
                                       parts.tls, [weak = weak_from_this()](imap::Event event) {
                                           if (const auto self = weak.lock())
                                               self->on_event(std::move(event));
                                       });
    if (!reactors) return std::move(reactors).error();
    reactors_ = std::move(*reactors);
    events_ = std::make_shared<EventFeed>(
        executor_, [reactors = reactors_](bool wanted) { reactors->watch(wanted); });

    for (vault::AccountRecord& record : loaded->accounts) {
        Entry& entry = index_.insert(std::move(record), now());
        ++states_[entry.status.state()];
        if (entry.status.state() == AccountState::connecting) serve(entry);
    }
    return {};
}

void Connector::Impl::close() {
    listener_ = nullptr;
    if (events_) events_->close();
    if (reactors_) reactors_->close();
}

boost::asio::awaitable<void> Connector::Impl::stop(net::Deadline deadline) {
    co_await reactors_->stop(deadline);
    if (running_ == 0) co_return;
    const auto quiet = std::make_shared<Reply<bool>>(executor_);
    quiet_ = quiet;
    co_await quiet->wait(deadline);
}

Connector::Impl::Running::~Running() {
    if (--impl_->running_ == 0 && impl_->quiet_) impl_->quiet_->set(true);
}

void Connector::Impl::spawn(boost::asio::awaitable<void> task) {
    boost::asio::co_spawn(executor_, keep(shared_from_this(), std::move(task)),
                          [](const std::exception_ptr& bug) {
                              if (bug) std::rethrow_exception(bug);
                          });
}

Entry* Connector::Impl::entry_of(const Identity& account) {
    Entry* entry = index_.find(account.id);
    return entry != nullptr && entry->incarnation == account.incarnation ? entry : nullptr;
}

Account Connector::Impl::account_of(const Entry& entry) {
    Account account;
    account.record = entry.record;
    account.record.state_since_ms = milliseconds_of(entry.status.since());
    account.state = entry.status.state();
    account.problem = entry.status.problem();
    account.retry_at = entry.status.retry_at();
    account.capabilities = entry.status.capabilities();
    return account;
}

void Connector::Impl::announce(const Entry& entry, std::optional<AccountState> previous) {
    const AccountState state = entry.status.state();
    if (previous == state) return;
    if (previous) --states_[*previous];
    ++states_[state];
    tell({entry.record.id, entry.record.application, entry.record.email, previous, state,
          entry.status.problem(), entry.status.since()});
}

void Connector::Impl::announce_removal(const Entry& entry) {
    --states_[entry.status.state()];
    tell({entry.record.id, entry.record.application, entry.record.email, entry.status.state(),
          std::nullopt, std::nullopt, now()});
}

void Connector::Impl::tell(StateChange change) {
    if (listener_ != nullptr && *listener_) (*listener_)(change);
    events_->add(std::move(change));
}

// The public operations. All that may write run shielded; so does the rest, for its lifetime's
// sake.

Connector::Connector(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {
    impl_->listen(&on_state_change);
}

Connector::~Connector() {
    impl_->close();
}

Result<std::unique_ptr<Connector>> Connector::start(Parts parts) {
    const auto impl = std::make_shared<Impl>(parts);
    if (auto started = impl->start(parts); !started) {
        impl->close();
        return std::move(started).error();
    }
    return std::unique_ptr<Connector>(new Connector(impl));
}

boost::asio::awaitable<Result<discovery::Report>> Connector::discover(
    std::string email, discovery::Freshness freshness) {
    return impl_->shielded(impl_->discover(std::move(email), freshness));
}

Result<std::string> Connector::identify(std::string_view account, const Scope& scope) const {
    return impl_->identify(account, scope);
}

boost::asio::awaitable<Outcome<Connected>> Connector::connect(ConnectRequest request) {
    return impl_->shielded(impl_->connect(std::move(request)));
}

boost::asio::awaitable<Outcome<Connected>> Connector::put(ConnectRequest request) {
    return impl_->shielded(impl_->put(std::move(request)));
}

boost::asio::awaitable<Outcome<Account>> Connector::change(std::string account,
                                                           ChangeRequest request) {
    return impl_->shielded(impl_->change(std::move(account), std::move(request)));
}

boost::asio::awaitable<Result<void>> Connector::remove(std::string account) {
    return impl_->shielded(impl_->remove(std::move(account)));
}

boost::asio::awaitable<Result<Account>> Connector::find(std::string account) {
    return impl_->shielded(impl_->find(std::move(account)));
}

boost::asio::awaitable<AccountList> Connector::list(ListFilter filter) {
    return impl_->shielded(impl_->list(std::move(filter)));
}

boost::asio::awaitable<Result<Account>> Connector::verify(std::string account) {
    return impl_->shielded(impl_->verify(std::move(account)));
}

boost::asio::awaitable<Result<Account>> Connector::pause(std::string account) {
    return impl_->shielded(impl_->pause(std::move(account)));
}

boost::asio::awaitable<Result<Account>> Connector::resume(std::string account) {
    return impl_->shielded(impl_->resume(std::move(account)));
}

boost::asio::awaitable<Result<std::vector<imap::Mailbox>>> Connector::mailboxes(
    std::string account) {
    return impl_->shielded(impl_->mailboxes(std::move(account)));
}

Result<void> Connector::lease(std::string_view account, imap::OwnedFd& client, std::string tag,
                              std::string received) {
    return impl_->lease(account, client, std::move(tag), std::move(received));
}

Connector::Health Connector::health() const {
    return impl_->health();
}

boost::asio::awaitable<Overview> Connector::overview(Scope scope) {
    return impl_->shielded(impl_->overview(std::move(scope)));
}

std::shared_ptr<EventFeed> Connector::events() const {
    return impl_->events();
}

boost::asio::awaitable<void> Connector::stop(net::Deadline deadline) {
    return impl_->stop(deadline);
}

}  // namespace gatepost::connector
