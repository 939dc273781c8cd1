// A pool as a conversation in virtual time: what it is told, and what it wants done.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "imap/pool.h"

namespace gatepost::imap {

inline std::string words(AccountState::State state) {
    switch (state) {
        case AccountState::State::connecting:
            return "connecting";
        case AccountState::State::live:
            return "live";
        case AccountState::State::retrying:
            return "retrying";
        case AccountState::State::refused:
            return "refused";
    }
    return {};
}

struct Words {
    static std::string with(const char* verb, std::uint32_t id) {
        return std::string(verb) + " " + std::to_string(id);
    }
    std::string operator()(const Pool::Open& open) const {
        return with(open.awaited ? "open soon" : "open", open.session);
    }
    std::string operator()(const Pool::Hurry& hurry) const { return with("hurry", hurry.session); }
    std::string operator()(const Pool::Abandon& action) const {
        return with("abandon", action.session);
    }
    std::string operator()(const Pool::HearOut& action) const {
        return with("hear out", action.session);
    }
    std::string operator()(const Pool::Close& action) const {
        return with("close", action.session);
    }
    std::string operator()(const Pool::HandOut& action) const {
        return with("hand", action.session) + " to " + std::to_string(action.waiter);
    }
    std::string operator()(const Pool::TurnAway& action) const {
        return with("turn away", action.waiter) + ": " + std::string(name_of(action.reason.kind));
    }
    std::string operator()(const Pool::EndUse& action) const {
        return with("end use of", action.session);
    }
    std::string operator()(const Pool::Probe& action) const {
        return with("probe", action.session);
    }
    std::string operator()(const Pool::BeginWatch& action) const {
        return with("watch by", action.session);
    }
    std::string operator()(const Pool::RenewWatch& action) const {
        return with("renew watch by", action.session);
    }
    std::string operator()(const Pool::Hear& action) const { return with("hear", action.session); }
    std::string operator()(const Pool::EndWatch& action) const {
        return with("end watch by", action.session);
    }
    std::string operator()(const Pool::Announce& action) const {
        if (action.state != AccountState::State::retrying) return words(action.state);
        return "retrying in " + std::to_string(action.retry_in.count()) + " ms";
    }
};

class APool : public testing::Test {
  protected:
    /// What it wants done since the last call.
    std::vector<std::string> wants() {
        std::vector<std::string> said;
        for (const Pool::Action& action : pool.take_actions())
            said.push_back(std::visit(Words(), action));
        return said;
    }

    void limits(std::size_t kept, std::size_t most) {
        pool = Pool({kept, most, std::chrono::minutes(9)}, [this] { return chance; });
    }

    /// A pool with one idle session, 1.
    void be_live() {
        pool.serve(1, false, now);
        pool.opened(1, now);
        wants();
    }

    /// The same, which watches INBOX: it is told, or asks a provider that tells nothing by itself.
    void be_watching(bool is_told = true) {
        be_live();
        pool.want_watch(true, now);
        next();
        pool.watching(1, is_told, now);
        wants();
    }

    /// Lets the time pass up to the next moment that the pool asked for.
    std::vector<std::string> next() {
        now = pool.wake();
        pool.tick(now);
        return wants();
    }

    static Problem problem_of(ProblemKind kind) { return problem(kind, "words"); }

    double chance = 0.5;
    Pool::Time now = Pool::Time() + std::chrono::hours(24);
    Pool pool{{1, 5, std::chrono::minutes(9)}, [this] { return chance; }};
};

}  // namespace gatepost::imap
