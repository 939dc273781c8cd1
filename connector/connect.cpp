// Accounts that are connected, replaced and changed: everything that signs in for a caller.
#include <utility>

#include "connector/account_id.h"
#include "connector/impl.h"

namespace gatepost::connector {
namespace {

// A reactor ends each sign-in by itself at 30 s; this only guards against an answer that never
// comes.
constexpr std::chrono::seconds sign_in_patience{40};

constexpr std::uint64_t first_version = 1;

// No provider allows more; what is longer is no password.
constexpr std::size_t max_password_bytes = 4096;

Refusal refusal(Problem problem) {
    return {std::move(problem), std::nullopt};
}

Problem bad_field(std::string field, std::string detail) {
    return problem(ProblemKind::bad_request, std::move(detail)).with("field", std::move(field));
}

Result<void> check_password(const Secret& password) {
    if (password.empty()) return bad_field("password", "password must not be empty.");
    if (password.size() > max_password_bytes) {
        return bad_field("password", "password must not be longer than 4096 bytes.");
    }
    if (password.reveal().find('\0') != std::string_view::npos) {
        return bad_field("password", "password must not have NUL in it: IMAP cannot send it.");
    }
    return {};
}

// The address of a request that is worth trying.
Result<discovery::Address> check(const ConnectRequest& request) {
    if (request.id && !is_account_id(*request.id)) {
        return bad_field("id", "id must be 1 to 64 characters of A-Z a-z 0-9 . _ -");
    }
    if (!request.password) return bad_field("password", "password is missing.");
    if (auto checked = check_password(*request.password); !checked) {
        return std::move(checked).error();
    }
    return discovery::parse_address(request.email);
}

vault::AccountRecord new_record(const discovery::Address& address, const ConnectRequest& request,
                                const Decision& decision) {
    vault::AccountRecord record;
    record.id = *request.id;
    record.application = request.application;
    record.email = address.text;
    record.provider = decision.provider;
    record.settings = decision.settings;
    record.auth = AuthMethod::password;
    record.created_at_ms = record.state_since_ms = milliseconds_of(now());
    record.status_callback_url = request.status_callback_url;
    record.labels = request.labels;
    return record;
}

Problem other_address(const Entry& entry) {
    return problem(ProblemKind::already_exists,
                   "The account " + entry.record.id + " is another mailbox's: " +
                       entry.record.email + ". Use another id, or remove that account first.")
        .with("account", entry.record.id);
}

// An id is one account's, whatever its application, of which the caller need not know.
Problem taken_elsewhere(const std::string& id) {
    return problem(ProblemKind::already_exists,
                   "The id " + id + " is taken by another application. Use another id.");
}

Problem password_stays_with(const std::string& host) {
    return bad_field("password", "The stored password is only sent to " + host +
                                     ". To sign in at another host, send the password too.");
}

}  // namespace

boost::asio::awaitable<Outcome<Connected>> Connector::Impl::connect(ConnectRequest request) {
    auto address = check(request);
    if (!address) co_return refusal(std::move(address).error());
    if (!request.id) request.id = new_account_id();
    auto reservation = index_.reserve(*request.id, request.application, address->text);
    if (!reservation) co_return refusal(std::move(reservation).error());
    const auto turn = co_await operations_.take(*request.id);
    co_return co_await create(std::move(*address), std::move(request), std::move(*reservation));
}

boost::asio::awaitable<Outcome<Connected>> Connector::Impl::put(ConnectRequest request) {
    if (!request.id) co_return refusal(bad_field("id", "id is missing."));
    auto address = check(request);
    if (!address) co_return refusal(std::move(address).error());
    const auto turn = co_await operations_.take(*request.id);
    if (const Entry* entry = index_.find(*request.id)) {
        if (entry->record.application != request.application) {
            co_return refusal(taken_elsewhere(entry->record.id));
        }
        if (entry->record.email != address->text) co_return refusal(other_address(*entry));
        const Identity account = identity_of(*entry);
        co_return co_await replace(std::move(*address), std::move(request), account);
    }
    auto reservation = index_.reserve(*request.id, request.application, address->text);
    if (!reservation) co_return refusal(std::move(reservation).error());
    co_return co_await create(std::move(*address), std::move(request), std::move(*reservation));
}

boost::asio::awaitable<Outcome<Decision>> Connector::Impl::decide(discovery::Address address,
                                                                  std::optional<ImapRequest> imap,
                                                                  bool accept_unproven) {
    if (imap) {
        auto decision = decide_by_request(address.text, *imap, egress_);
        if (!decision) co_return refusal(std::move(decision).error());
        co_return std::move(*decision);
    }
    const discovery::Report report = co_await discovery_.discover(std::move(address));
    co_return decide_by_report(report, accept_unproven, egress_);
}

boost::asio::awaitable<Outcome<Connected>> Connector::Impl::create(discovery::Address address,
                                                                   ConnectRequest request,
                                                                   Reservation reservation) {
    const Reservation place = std::move(reservation);
    auto decision = co_await decide(address, std::move(request.imap), request.accept_unproven);
    if (!decision) co_return std::move(decision).error();
    auto capabilities =
        co_await sign_in(*request.id, first_version, decision->settings, request.password->clone());
    if (!capabilities) {
        co_return refusal(explain_sign_in_problem(std::move(capabilities).error(), *decision));
    }
    auto stored = co_await vault_.put_account(new_record(address, request, *decision),
                                              vault::PutMode::create, std::move(request.password));
    if (!stored) {
        withdraw_for_good(*request.id, stored.error());
        co_return refusal(std::move(stored).error());
    }
    Entry& entry = index_.insert(std::move(*stored), now());
    serve_signed_in(entry, std::move(*capabilities), std::nullopt);
    auto shown = co_await show(identity_of(entry));
    if (!shown) co_return refusal(std::move(shown).error());
    co_return Connected{std::move(*shown), true};
}

boost::asio::awaitable<Outcome<Connected>> Connector::Impl::replace(discovery::Address address,
                                                                    ConnectRequest request,
                                                                    Identity account) {
    auto decision =
        co_await decide(std::move(address), std::move(request.imap), request.accept_unproven);
    if (!decision) co_return std::move(decision).error();
    Renewal renewal{account, std::move(*decision), std::move(request.password),
                    [url = std::move(request.status_callback_url),
                     labels = std::move(request.labels)](vault::AccountRecord& record) {
                        record.status_callback_url = url;
                        record.labels = labels;
                    }};
    if (auto renewed = co_await renew(std::move(renewal)); !renewed) {
        co_return refusal(std::move(renewed).error());
    }
    auto shown = co_await show(account);
    if (!shown) co_return refusal(std::move(shown).error());
    co_return Connected{std::move(*shown), false};
}

boost::asio::awaitable<Outcome<Account>> Connector::Impl::change(std::string name,
                                                                 ChangeRequest request) {
    auto resolved = resolve(name);
    if (!resolved) co_return refusal(std::move(resolved).error());
    const Identity account = identity_of(**resolved);
    if (request.password) {
        if (auto checked = check_password(*request.password); !checked) {
            co_return refusal(std::move(checked).error());
        }
    }
    Change apply = [url = std::move(request.status_callback_url),
                    labels = std::move(request.labels)](vault::AccountRecord& record) {
        if (url) record.status_callback_url = *url;
        if (labels) record.labels = *labels;
    };
    Result<void> changed;
    if (request.password || request.imap) {
        changed = co_await change_sign_in(account, std::move(request), std::move(apply));
    } else {
        changed = co_await rewrite(account, std::move(apply), std::nullopt);
    }
    if (!changed) co_return refusal(std::move(changed).error());
    auto shown = co_await show(account);
    if (!shown) co_return refusal(std::move(shown).error());
    co_return std::move(*shown);
}

boost::asio::awaitable<Result<void>> Connector::Impl::change_sign_in(Identity account,
                                                                     ChangeRequest request,
                                                                     Change change) {
    const auto turn = co_await operations_.take(account.id);
    const Entry* entry = entry_of(account);
    if (entry == nullptr) co_return removed_meanwhile(account.id);
    auto decision = decide_by_record(entry->record, request.imap, egress_);
    if (!decision) co_return std::move(decision).error();
    // Otherwise whoever may change an account could have its password sent to a host of his own.
    if (!request.password && decision->settings.host != entry->record.settings.host) {
        co_return password_stays_with(entry->record.settings.host);
    }
    Renewal renewal{std::move(account), std::move(*decision), std::move(request.password),
                    std::move(change)};
    co_return co_await renew(std::move(renewal));
}

boost::asio::awaitable<Result<void>> Connector::Impl::renew(Renewal renewal) {
    const Identity account = renewal.account;
    auto password = co_await password_of(renewal);
    if (!password) co_return std::move(password).error();
    const Entry* before = entry_of(account);
    if (before == nullptr) co_return removed_meanwhile(account.id);
    auto capabilities = co_await sign_in(account.id, before->record.version + 1,
                                         renewal.decision.settings, std::move(*password));
    if (!capabilities) {
        co_return explain_sign_in_problem(std::move(capabilities).error(), renewal.decision);
    }
    Change signed_in = [decision = std::move(renewal.decision),
                        change = std::move(renewal.change)](vault::AccountRecord& record) {
        record.settings = decision.settings;
        record.provider = decision.provider;
        record.problem.reset();
        if (record.standing == vault::AccountRecord::Standing::refused) {
            record.standing = vault::AccountRecord::Standing::active;
        }
        change(record);
    };
    auto stored = co_await rewrite(account, std::move(signed_in), std::move(renewal.password));
    Entry* entry = entry_of(account);
    if (stored && entry != nullptr) entry->status.renew_credential(entry->record.version);
    const bool is_paused = entry != nullptr && entry->status.state() == AccountState::paused;
    // Where the account is not served, the session that the sign-in left must not wait for Serve.
    if (entry == nullptr) withdraw_for_good(account.id, removed_meanwhile(account.id));
    if (is_paused) withdraw(*entry);
    if (!stored || is_paused) co_return stored;
    serve_signed_in(*entry, std::move(*capabilities), entry->status.state());
    co_return stored;
}

boost::asio::awaitable<Result<Secret>> Connector::Impl::password_of(const Renewal& renewal) {
    if (renewal.password) co_return renewal.password->clone();
    const auto turn = co_await writes_.take(renewal.account.id);
    const Entry* entry = entry_of(renewal.account);
    if (entry == nullptr) co_return removed_meanwhile(renewal.account.id);
    co_return co_await vault_.open_credential(entry->record.id, entry->record.version);
}

boost::asio::awaitable<Result<std::vector<std::string>>> Connector::Impl::sign_in(
    std::string id, std::uint64_t version, Settings settings, Secret password) {
    imap::SignIn command;
    command.account = std::move(id);
    command.version = version;
    command.settings = std::move(settings);
    command.credential = {AuthMethod::password, std::move(password)};
    co_return co_await reactors_->sign_in(std::move(command), net::after(sign_in_patience));
}

}  // namespace gatepost::connector
