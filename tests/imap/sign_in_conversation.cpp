#include "sign_in_conversation.h"

#include <gtest/gtest.h>

#include <utility>

namespace gatepost::imap {

SignInConversation::SignInConversation(Security security) {
    settings_.host = "imap.test.example";
    settings_.security = security;
    settings_.port = security == Security::tls ? 993 : 143;
    settings_.username = "alice";
}

SignInConversation& SignInConversation::with_username(std::string username) {
    settings_.username = std::move(username);
    return *this;
}

SignInConversation& SignInConversation::with_password(std::string password) {
    secret_ = std::move(password);
    return *this;
}

SignInConversation& SignInConversation::with_token(AuthMethod method, std::string token) {
    method_ = method;
    secret_ = std::move(token);
    return *this;
}

SignInConversation& SignInConversation::starts_tls() {
    steps_.push_back({Step::What::starts_tls, {}});
    return *this;
}

SignInConversation& SignInConversation::sends(std::string line) {
    steps_.push_back({Step::What::sends, std::move(line) + "\r\n"});
    return *this;
}

SignInConversation& SignInConversation::receives(std::string line) {
    steps_.push_back({Step::What::receives, std::move(line) + "\r\n"});
    return *this;
}

SignInConversation& SignInConversation::receives_with_more(std::string line) {
    steps_.push_back({Step::What::receives, std::move(line) + "\r\n", true});
    return *this;
}

SignInDialogue SignInConversation::begin() const {
    return {settings_, Credential{method_, Secret::copy_of(secret_)}};
}

SignInDialogue::Action SignInConversation::play(SignInDialogue& sign_in, std::size_t steps) {
    SignInDialogue::Action action = sign_in.start();
    for (std::size_t i = 0; i < steps; ++i) {
        const Step& step = steps_[i];
        SCOPED_TRACE("step " + std::to_string(i) + ": " + step.text);
        if (const auto* problem = std::get_if<Problem>(&action)) {
            ADD_FAILURE() << "it ended too early: " << problem->detail;
            return action;
        }
        if (step.what == Step::What::starts_tls) {
            EXPECT_TRUE(std::holds_alternative<SignInDialogue::StartTls>(action));
            action = sign_in.tls_started();
        } else if (step.what == Step::What::sends) {
            const auto* send = std::get_if<SignInDialogue::Send>(&action);
            EXPECT_TRUE(send != nullptr);
            if (send != nullptr) {
                EXPECT_EQ(send->bytes.reveal(), step.text);
            }
            action = SignInDialogue::Receive{};
        } else {
            EXPECT_TRUE(std::holds_alternative<SignInDialogue::Receive>(action));
            action = sign_in.resume(step.text, step.more);
        }
    }
    return action;
}

void SignInConversation::ends_ready(const std::vector<std::string>& capabilities) {
    SignInDialogue sign_in = begin();
    const SignInDialogue::Action last = play(sign_in, steps_.size());
    const auto* ready = std::get_if<SignInDialogue::Ready>(&last);
    EXPECT_TRUE(ready != nullptr) << "it is not ready";
    if (ready != nullptr) {
        EXPECT_EQ(ready->capabilities, capabilities);
    }
    fail_at_every_step();
}

Problem SignInConversation::ends_with(ProblemKind kind) {
    Problem problem = ends();
    EXPECT_EQ(name_of(problem.kind), name_of(kind)) << problem.detail;
    return problem;
}

Problem SignInConversation::ends() {
    SignInDialogue sign_in = begin();
    SignInDialogue::Action last = play(sign_in, steps_.size());
    fail_at_every_step();
    if (auto* problem = std::get_if<Problem>(&last)) return *problem;
    ADD_FAILURE() << "it goes on";
    return {};
}

void SignInConversation::fail_at_every_step() {
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        if (steps_[i].what != Step::What::receives) continue;
        fail_at(i, "* BYE Going down\r\n", ProblemKind::provider_unavailable);
        fail_at(i, "rubbish\r\n", ProblemKind::protocol_violation);
        fail_at(i, "\r\n", ProblemKind::protocol_violation);
        fail_at(i, "G99 OK of a command to come\r\n", ProblemKind::protocol_violation);
    }
}

void SignInConversation::fail_at(std::size_t step, const std::string& line, ProblemKind expected) {
    SCOPED_TRACE("failing at step " + std::to_string(step) + " by " + line);
    SignInDialogue sign_in = begin();
    play(sign_in, step);
    const SignInDialogue::Action action = sign_in.resume(line, false);
    const auto* problem = std::get_if<Problem>(&action);
    EXPECT_TRUE(problem != nullptr) << "it goes on";
    if (problem != nullptr) {
        EXPECT_EQ(name_of(problem->kind), name_of(expected));
    }
}

}  // namespace gatepost::imap
