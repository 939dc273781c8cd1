#include "connector/account_status.h"

#include <array>
#include <utility>

namespace gatepost::connector {
namespace {

constexpr std::array state_names{
    std::pair{AccountState::connecting, std::string_view("connecting")},
    std::pair{AccountState::live, std::string_view("live")},
    std::pair{AccountState::retrying, std::string_view("retrying")},
    std::pair{AccountState::refused, std::string_view("refused")},
    std::pair{AccountState::paused, std::string_view("paused")}};

AccountState state_of(imap::AccountState::State state) {
    switch (state) {
        case imap::AccountState::State::live:
            return AccountState::live;
        case imap::AccountState::State::retrying:
            return AccountState::retrying;
        case imap::AccountState::State::refused:
            return AccountState::refused;
        case imap::AccountState::State::connecting:
            break;
    }
    return AccountState::connecting;
}

AccountState state_of(vault::AccountRecord::Standing standing) {
    switch (standing) {
        case vault::AccountRecord::Standing::paused:
            return AccountState::paused;
        case vault::AccountRecord::Standing::refused:
            return AccountState::refused;
        case vault::AccountRecord::Standing::active:
            break;
    }
    return AccountState::connecting;
}

Problem refused_without_words() {
    return problem(ProblemKind::sign_in_refused,
                   "The provider refused to sign in. Give the account a new password.");
}

}  // namespace

std::string_view name_of(AccountState state) {
    for (const auto& [candidate, name] : state_names) {
        if (candidate == state) return name;
    }
    return {};
}

std::optional<AccountState> account_state_of(std::string_view name) {
    for (const auto& [state, candidate] : state_names) {
        if (candidate == name) return state;
    }
    return std::nullopt;
}

AccountStatus::AccountStatus(const vault::AccountRecord& record, Time now)
    : state_(state_of(record.standing)),
      refusal_(record.problem),
      credential_since_(record.version),
      since_(state_ == AccountState::connecting
                 ? now
                 : Time(std::chrono::milliseconds(record.state_since_ms))) {
    if (state_ == AccountState::refused && !refusal_) refusal_ = refused_without_words();
    if (state_ == AccountState::refused) problem_ = refusal_;
}

void AccountStatus::serve(std::uint64_t version, Time now) {
    served_ = version;
    refusal_.reset();
    enter(AccountState::connecting, now);
}

void AccountStatus::serve_signed_in(std::uint64_t version, std::vector<std::string> capabilities,
                                    Time now) {
    served_ = version;
    refusal_.reset();
    capabilities_ = std::move(capabilities);
    enter(AccountState::live, now);
}

void AccountStatus::pause(Time now) {
    served_.reset();
    enter(AccountState::paused, now);
}

void AccountStatus::renew_credential(std::uint64_t version) {
    credential_since_ = version;
    refusal_.reset();
}

void AccountStatus::refuse(Problem problem, Time now) {
    served_.reset();
    enter(AccountState::refused, now);
    problem_ = problem;
    refusal_ = std::move(problem);
}

bool AccountStatus::is_refusal_of_credential(const imap::AccountState& event) const {
    return event.state == imap::AccountState::State::refused &&
           event.version >= credential_since_ && state_ != AccountState::refused;
}

bool AccountStatus::apply(const imap::AccountState& event, Time now) {
    if (is_refusal_of_credential(event)) {
        Problem refusal = event.problem ? *event.problem : refused_without_words();
        if (state_ == AccountState::paused) {
            refusal_ = std::move(refusal);
        } else {
            refuse(std::move(refusal), now);
        }
        return true;
    }
    if (!is_served_as(event.version)) return false;
    const AccountState state = state_of(event.state);
    enter(state, now);
    if (state == AccountState::live) capabilities_ = event.capabilities;
    if (state == AccountState::retrying) {
        problem_ = event.problem;
        retry_at_ = now + event.retry_in;
    }
    return true;
}

void AccountStatus::enter(AccountState state, Time now) {
    if (state_ != state) since_ = now;
    state_ = state;
    problem_.reset();
    retry_at_.reset();
}

std::optional<Problem> why_no_sessions(const AccountStatus& status) {
    if (status.state() == AccountState::paused) {
        return problem(ProblemKind::account_paused,
                       "The account is paused. Resume it to use its mailbox.");
    }
    if (status.state() == AccountState::refused) return status.problem();
    return std::nullopt;
}

}  // namespace gatepost::connector
