// Whether an account is served: paused, resumed, verified, removed; what the vault keeps of it, and
// what its reactor is told.
#include "connector/impl.h"

namespace gatepost::connector {
namespace {

using Standing = vault::AccountRecord::Standing;

// Opening a session (30 s at most) and a NOOP: the reactor's own limits are below this.
constexpr std::chrono::seconds check_patience{60};

}  // namespace

boost::asio::awaitable<Result<void>> Connector::Impl::rewrite(Identity account, Change change,
                                                              std::optional<Secret> credential) {
    const auto turn = co_await writes_.take(account.id);
    co_return co_await store(std::move(account), std::move(change), std::move(credential));
}

boost::asio::awaitable<Result<void>> Connector::Impl::store(Identity account, Change change,
                                                            std::optional<Secret> credential) {
    const Entry* before = entry_of(account);
    if (before == nullptr) co_return removed_meanwhile(account.id);
    vault::AccountRecord record = before->record;
    record.state_since_ms = milliseconds_of(before->status.since());
    change(record);
    auto stored = co_await vault_.put_account(std::move(record), vault::PutMode::replace,
                                              std::move(credential));
    if (!stored) co_return std::move(stored).error();
    // Removing takes the turn that is held here, so the account is still there.
    entry_of(account)->record = std::move(*stored);
    co_return Result<void>();
}

boost::asio::awaitable<Result<void>> Connector::Impl::remove_damaged(std::string id) {
    const auto turn = co_await writes_.take(id);
    if (!is_damaged(id)) co_return unknown_account(id);
    auto removed = co_await vault_.remove_account(id);
    if (removed) std::erase(damaged_, id);
    co_return removed;
}

boost::asio::awaitable<Result<void>> Connector::Impl::remove(std::string name) {
    if (is_damaged(name)) co_return co_await remove_damaged(std::move(name));
    const auto resolved = resolve(name);
    if (!resolved) co_return resolved.error();
    const Identity account = identity_of(**resolved);
    {
        const auto turn = co_await writes_.take(account.id);
        if (entry_of(account) == nullptr) co_return unknown_account(name);
        if (auto removed = co_await vault_.remove_account(account.id); !removed) co_return removed;
        announce_removal(*entry_of(account));
        index_.erase(account.id);
        withdraw_for_good(account.id, unknown_account(name));
    }
    // The answer to a question behind the Withdraw says that the sessions are closed.
    const std::vector<std::string> asked{account.id};
    co_await reactors_->count(asked, net::after(count_patience));
    co_return Result<void>();
}

boost::asio::awaitable<Result<Account>> Connector::Impl::pause(std::string name) {
    const auto resolved = resolve(name);
    if (!resolved) co_return resolved.error();
    const Identity account = identity_of(**resolved);
    if ((*resolved)->record.standing == Standing::paused) co_return co_await show(account);
    const Time at = now();
    Change apply = [at](vault::AccountRecord& record) {
        // The problem stays: to pause and resume a refused account does not try its password again.
        record.standing = Standing::paused;
        record.state_since_ms = milliseconds_of(at);
    };
    auto stored = co_await rewrite(account, std::move(apply), std::nullopt);
    if (!stored) co_return std::move(stored).error();
    if (Entry* entry = entry_of(account)) {
        const AccountState previous = entry->status.state();
        entry->status.pause(at);
        withdraw(*entry);
        announce(*entry, previous);
    }
    co_return co_await show(account);
}

boost::asio::awaitable<Result<Account>> Connector::Impl::resume(std::string name) {
    const auto resolved = resolve(name);
    if (!resolved) co_return resolved.error();
    const Identity account = identity_of(**resolved);
    if ((*resolved)->record.standing != Standing::paused) co_return co_await show(account);
    const Time at = now();
    Change apply = [at](vault::AccountRecord& record) {
        record.standing = record.problem ? Standing::refused : Standing::active;
        record.state_since_ms = milliseconds_of(at);
    };
    auto stored = co_await rewrite(account, std::move(apply), std::nullopt);
    if (!stored) co_return std::move(stored).error();
    if (Entry* entry = entry_of(account)) {
        const AccountState previous = entry->status.state();
        // It may have come while the record was being written.
        if (const std::optional<Problem> refusal = entry->status.refusal()) {
            entry->status.refuse(*refusal, at);
        } else {
            serve(*entry);
        }
        announce(*entry, previous);
    }
    co_return co_await show(account);
}

boost::asio::awaitable<Result<Account>> Connector::Impl::verify(std::string name) {
    const auto resolved = resolve(name);
    if (!resolved) co_return resolved.error();
    const Identity account = identity_of(**resolved);
    const AccountState state = (*resolved)->status.state();
    if (state == AccountState::paused) co_return *why_no_sessions((*resolved)->status);
    if (state == AccountState::refused) co_return co_await verify_refused(account);
    auto checked = co_await reactors_->check(account.id, net::after(check_patience));
    if (!checked) co_return std::move(checked).error();
    co_return co_await show(account);
}

boost::asio::awaitable<Result<Account>> Connector::Impl::verify_refused(Identity account) {
    const auto turn = co_await operations_.take(account.id);
    const Entry* entry = entry_of(account);
    if (entry == nullptr) co_return removed_meanwhile(account.id);
    // Whoever had the turn before may have given the account a new password.
    if (entry->status.state() == AccountState::refused) {
        auto decision = decide_by_record(entry->record, std::nullopt, egress_);
        if (!decision) co_return std::move(decision).error();
        Renewal renewal{account, std::move(*decision), std::nullopt, [](vault::AccountRecord&) {}};
        auto renewed = co_await renew(std::move(renewal));
        if (!renewed) co_return std::move(renewed).error();
    }
    co_return co_await show(account);
}

void Connector::Impl::serve(Entry& entry) {
    entry.status.serve(entry.record.version, now());
    send_serve(entry);
}

void Connector::Impl::serve_signed_in(Entry& entry, std::vector<std::string> capabilities,
                                      std::optional<AccountState> previous) {
    entry.status.serve_signed_in(entry.record.version, std::move(capabilities), now());
    send_serve(entry);
    announce(entry, previous);
}

void Connector::Impl::send_serve(const Entry& entry) {
    const vault::AccountRecord& record = entry.record;
    reactors_->send(record.id, imap::Serve{record.id, record.version, record.settings});
}

void Connector::Impl::withdraw(const Entry& entry) {
    const std::string& id = entry.record.id;
    reactors_->send(id, imap::Withdraw{id, *why_no_sessions(entry.status), false});
}

void Connector::Impl::withdraw_for_good(const std::string& id, Problem reason) {
    reactors_->send(id, imap::Withdraw{id, std::move(reason), true});
}

}  // namespace gatepost::connector
