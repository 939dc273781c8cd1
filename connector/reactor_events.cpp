// What reactors tell: how accounts fare, what happens in their mailboxes, and that a pool wants a
// credential.
#include "connector/impl.h"

namespace gatepost::connector {
namespace {

Problem not_served_so() {
    return problem(ProblemKind::conflict, "The account was changed or is not served any more.");
}

MailboxEvent event_of(imap::MailboxChanged::What what) {
    switch (what) {
        case imap::MailboxChanged::What::gone:
            return MailboxEvent::gone;
        case imap::MailboxChanged::What::flags:
            return MailboxEvent::flags;
        case imap::MailboxChanged::What::new_messages:
            break;
    }
    return MailboxEvent::arrived;
}

}  // namespace

void Connector::Impl::on_event(imap::Event event) {
    if (const auto* wanted = std::get_if<imap::CredentialWanted>(&event)) {
        spawn(give_credential(wanted->account, wanted->version));
    } else if (const auto* state = std::get_if<imap::AccountState>(&event)) {
        on_account_state(*state);
    } else if (const auto* changed = std::get_if<imap::MailboxChanged>(&event)) {
        on_mailbox_changed(*changed);
    }
}

void Connector::Impl::on_account_state(const imap::AccountState& event) {
    Entry* entry = index_.find(event.account);
    if (entry == nullptr) return;
    const AccountState previous = entry->status.state();
    const bool is_late = !entry->status.is_served_as(event.version);
    if (!entry->status.apply(event, now())) return;
    if (const auto& refusal = entry->status.refusal()) {
        spawn(store_refusal(identity_of(*entry), *refusal));
    }
    // The account was paused and resumed while the provider turned its credential down.
    if (is_late && entry->status.state() == AccountState::refused) withdraw(*entry);
    announce(*entry, previous);
}

void Connector::Impl::on_mailbox_changed(const imap::MailboxChanged& event) {
    const Entry* entry = index_.find(event.account);
    if (entry == nullptr || !entry->status.is_served_as(event.version)) return;
    const vault::AccountRecord& record = entry->record;
    events_->add(MailboxChange{record.id, record.application, record.email, event.mailbox,
                               event_of(event.what), event.exists, now()});
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
    if (entry == nullptr || !entry->status.refusal()) co_return;
    Change apply = [refusal = std::move(refusal)](vault::AccountRecord& record) {
        // A paused account stays so, and is refused when it is resumed.
        if (record.standing == vault::AccountRecord::Standing::active) {
            record.standing = vault::AccountRecord::Standing::refused;
        }
        record.problem = refusal;
    };
    // If the vault cannot write now, a restart tries the password once more, which is bearable.
    co_await store(std::move(account), std::move(apply), std::nullopt);
}

}  // namespace gatepost::connector
