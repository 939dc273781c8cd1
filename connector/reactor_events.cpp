// What reactors tell: how accounts fare, and that a pool wants a credential.
#include "connector/impl.h"

namespace gatepost::connector {
namespace {

Problem not_served_so() {
    return problem(ProblemKind::conflict, "The account was changed or is not served any more.");
}

}  // namespace

void Connector::Impl::on_event(imap::Event event) {
    if (const auto* wanted = std::get_if<imap::CredentialWanted>(&event)) {
        spawn(give_credential(wanted->account, wanted->version));
    } else if (const auto* state = std::get_if<imap::AccountState>(&event)) {
        on_account_state(*state);
    }
}

void Connector::Impl::on_account_state(const imap::AccountState& event) {
    Entry* entry = index_.find(event.account);
    if (entry == nullptr) return;
    const AccountState previous = entry->status.state();
    if (!entry->status.apply(event, now())) return;
    if (entry->status.state() == AccountState::refused) {
        spawn(store_refusal(identity_of(*entry), *entry->status.problem()));
    }
    announce(*entry, previous);
}

boost::asio::awaitable<void> Connector::Impl::give_credential(std::string id,
                                                              std::uint64_t version) {
    const auto turn = co_await writes_.take(id);
    Result<imap::Credential> credential = not_served_so();
    const Entry* entry = index_.find(id);
    if (entry != nullptr && entry->status.is_served_as(version)) {
        const AuthMethod method = entry->record.auth;
        // The record's own version: changed labels raise it, and change nothing for the reactor.
        // While the turn is held nobody writes, so what opens is of the version that was asked for.
        auto opened = co_await vault_.open_credential(id, entry->record.version);
        if (opened) {
            credential = imap::Credential{method, std::move(*opened)};
        } else {
            credential = std::move(opened).error();
        }
    }
    reactors_->send(id, imap::GiveCredential{id, version, std::move(credential)});
}

boost::asio::awaitable<void> Connector::Impl::store_refusal(Identity account, Problem refusal) {
    const auto turn = co_await writes_.take(account.id);
    const Entry* entry = entry_of(account);
    // A new password may have been stored while this waited for its turn.
    if (entry == nullptr || entry->status.state() != AccountState::refused) co_return;
    Change apply = [refusal = std::move(refusal)](vault::AccountRecord& record) {
        record.standing = vault::AccountRecord::Standing::refused;
        record.problem = refusal;
    };
    // If the vault cannot write now, a restart tries the password once more, which is bearable.
    co_await store(std::move(account), std::move(apply), std::nullopt);
}

}  // namespace gatepost::connector
