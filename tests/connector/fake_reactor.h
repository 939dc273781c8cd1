// A reactor without sessions, in the place of imap::Reactor when a test is linked: writes down what
// it is told, signs in to a provider that is one map of passwords, and tells what the test has it
// tell.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "imap/reactor.h"

namespace gatepost::imap {

/// The reactors of a test, all in one. Outlives the reactors that are started while it is there.
struct FakeReactors {
    FakeReactors();
    ~FakeReactors();

    /// As they were told, without what only asks for counts: "SignIn a v1 secret", "Serve a v1",
    /// "Withdraw a", "Withdraw a for good", "Give a v1 secret", "Give a v1 conflict", "Check a",
    /// "Lease a", "Watch", "Watch no more", "Stop".
    std::vector<std::string> told;

    /// The passwords that the provider takes, by username. Any other is sign_in_refused.
    std::map<std::string, std::string> passwords;
    /// While it is set, sign-ins wait for answer_held().
    bool hold_sign_ins = false;
    void answer_held();

    Result<void> check_result;
    std::vector<Mailbox> mailboxes;

    /// As the reactor that serves the account.
    void tell(Event event);

    void receive(Command command);
    std::function<void(Event)> events;

  private:
    void sign_in(const SignIn& command);

    std::deque<SignIn> held_;
};

}  // namespace gatepost::imap
