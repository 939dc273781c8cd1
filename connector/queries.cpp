// What is asked of accounts without changing them.
#include "connector/impl.h"

namespace gatepost::connector {
namespace {

// A sign-in (30 s at most) and a LIST: the reactor's own limits are below this.
constexpr std::chrono::seconds list_patience{60};

// The contract's bound for one page of a list.
constexpr std::size_t max_page = 1000;

Problem damaged_account(std::string_view id) {
    return problem(ProblemKind::vault_damaged,
                   "What is stored of the account " + std::string(id) +
                       " is damaged: remove the account and add it again, or restore a backup.");
}

Problem ambiguous(std::string_view address) {
    return problem(ProblemKind::conflict, std::string(address) +
                                              " is connected in several applications: name the "
                                              "account by its id.");
}

}  // namespace

Result<Entry*> Connector::Impl::resolve(std::string_view account) {
    if (is_damaged(account)) return damaged_account(account);
    Entry* entry = index_.find(account);
    if (entry == nullptr) return unknown_account(account);
    return entry;
}

bool Connector::Impl::is_damaged(std::string_view id) const {
    return std::ranges::find(damaged_, id) != damaged_.end();
}

Result<std::string> Connector::Impl::identify(std::string_view account, const Scope& scope) const {
    // Whose it was cannot be read either: it is for those who may use everything.
    if (is_damaged(account) && scope.admits({})) return std::string(account);
    std::vector<const Entry*> entries;
    if (account.find('@') == std::string_view::npos) {
        if (const Entry* entry = index_.find(account)) entries.push_back(entry);
    } else if (const auto address = discovery::parse_address(account)) {
        entries = index_.find_by_email(address->text);
    }
    std::erase_if(entries,
                  [&](const Entry* entry) { return !scope.includes(entry->record.application); });
    if (entries.empty()) return unknown_account(account);
    if (entries.size() > 1) return ambiguous(account);
    return entries.front()->record.id;
}

boost::asio::awaitable<Result<Account>> Connector::Impl::show(Identity account) {
    const std::vector<std::string> asked{account.id};
    const auto counts = co_await reactors_->count(asked, net::after(count_patience));
    const Entry* entry = entry_of(account);
    if (entry == nullptr) co_return unknown_account(account.id);
    Account shown = account_of(*entry);
    shown.sessions = counts.front();
    co_return shown;
}

boost::asio::awaitable<AccountList> Connector::Impl::list(ListFilter filter) {
    if (const auto address = discovery::parse_address(filter.email)) filter.email = address->text;
    filter.limit = std::clamp<std::size_t>(filter.limit, 1, max_page);
    const AccountIndex::Page page = index_.page(filter);
    AccountList list;
    list.more = page.more;
    std::vector<std::string> ids;
    for (const Entry* entry : page.entries) {
        list.accounts.push_back(account_of(*entry));
        ids.push_back(entry->record.id);
    }
    const auto counts = co_await reactors_->count(std::move(ids), net::after(count_patience));
    for (std::size_t i = 0; i < counts.size(); ++i)
        list.accounts[i].sessions = counts[i];
    co_return list;
}

boost::asio::awaitable<Result<discovery::Report>> Connector::Impl::discover(
    std::string email, discovery::Freshness freshness) {
    auto address = discovery::parse_address(email);
    if (!address) co_return std::move(address).error();
    co_return co_await discovery_.discover(std::move(*address), freshness);
}

boost::asio::awaitable<Result<Account>> Connector::Impl::find(std::string account) {
    const auto entry = resolve(account);
    if (!entry) co_return entry.error();
    co_return co_await show(identity_of(**entry));
}

boost::asio::awaitable<Result<std::vector<imap::Mailbox>>> Connector::Impl::mailboxes(
    std::string account) {
    const auto entry = resolve(account);
    if (!entry) co_return entry.error();
    if (auto reason = why_no_sessions((*entry)->status)) co_return std::move(*reason);
    co_return co_await reactors_->mailboxes((*entry)->record.id, net::after(list_patience));
}

Result<void> Connector::Impl::lease(std::string_view account, imap::OwnedFd& client,
                                    std::string tag, std::string received) {
    const auto entry = resolve(account);
    if (!entry) return entry.error();
    if (auto reason = why_no_sessions((*entry)->status)) return std::move(*reason);
    const std::string& id = (*entry)->record.id;
    reactors_->send(id, imap::Lease{id, std::move(client), std::move(tag), std::move(received)});
    return {};
}

boost::asio::awaitable<Overview> Connector::Impl::overview(Scope scope) {
    OverviewTally tally;
    std::vector<std::string> ids;
    for (const Entry* entry : index_.all()) {
        const vault::AccountRecord& record = entry->record;
        if (!scope.includes(record.application)) continue;
        const AccountStatus& status = entry->status;
        tally.add(record.id, record.email, record.provider,
                  {status.state(), status.since(), status.problem()});
        ids.push_back(record.id);
    }
    const auto counts = co_await reactors_->count(std::move(ids), net::after(count_patience));
    for (std::size_t i = 0; i < counts.size(); ++i)
        tally.add_sessions(i, counts[i]);
    co_return std::move(tally).overview();
}

Connector::Health Connector::Impl::health() const {
    return {vault_.writable(),         states_,           damaged_, reactors_->stats(),
            events_->history().last(), events_->readers()};
}

}  // namespace gatepost::connector
