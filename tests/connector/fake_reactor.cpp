#include "fake_reactor.h"

#include <unistd.h>

namespace gatepost::imap {
namespace {

FakeReactors* reactors = nullptr;

std::string words(const char* verb, const std::string& account, std::uint64_t version) {
    return std::string(verb) + " " + account + " v" + std::to_string(version);
}

std::string words_of(const SignIn& command) {
    return words("SignIn", command.account, command.version) + " " +
           std::string(command.credential.secret.reveal());
}

std::string words_of(const GiveCredential& command) {
    return words("Give", command.account, command.version) + " " +
           std::string(command.credential ? command.credential->secret.reveal()
                                          : name_of(command.credential.error().kind));
}

}  // namespace

OwnedFd::~OwnedFd() {
    if (fd_ >= 0) ::close(fd_);
}

OwnedFd& OwnedFd::operator=(OwnedFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

FakeReactors::FakeReactors() {
    reactors = this;
}

FakeReactors::~FakeReactors() {
    reactors = nullptr;
}

void FakeReactors::tell(Event event) {
    events(std::move(event));
}

void FakeReactors::sign_in(const SignIn& command) {
    const auto known = passwords.find(command.settings.username);
    const bool is_right =
        known != passwords.end() && known->second == command.credential.secret.reveal();
    SignedIn answer{command.request, std::vector<std::string>{"IMAP4REV1", "IDLE"}};
    if (!is_right) {
        answer.capabilities = problem(ProblemKind::sign_in_refused, "The password is wrong.");
    }
    tell(std::move(answer));
}

void FakeReactors::answer_held() {
    const SignIn command = std::move(held_.front());
    held_.pop_front();
    sign_in(command);
}

void FakeReactors::receive(Command command) {
    if (auto* sign = std::get_if<SignIn>(&command)) {
        told.push_back(words_of(*sign));
        if (!hold_sign_ins) return sign_in(*sign);
        held_.push_back(std::move(*sign));
    } else if (const auto* serve = std::get_if<Serve>(&command)) {
        told.push_back(words("Serve", serve->account, serve->version));
    } else if (const auto* withdraw = std::get_if<Withdraw>(&command)) {
        told.push_back("Withdraw " + withdraw->account + (withdraw->for_good ? " for good" : ""));
    } else if (const auto* give = std::get_if<GiveCredential>(&command)) {
        told.push_back(words_of(*give));
    } else if (const auto* lease = std::get_if<Lease>(&command)) {
        told.push_back("Lease " + lease->account);
    } else if (const auto* check = std::get_if<Check>(&command)) {
        told.push_back("Check " + check->account);
        tell(Checked{check->request, check_result});
    } else if (const auto* list = std::get_if<ListMailboxes>(&command)) {
        tell(Listed{list->request, mailboxes});
    } else if (const auto* count = std::get_if<CountSessions>(&command)) {
        const SessionCounts one_idle{1, 0, 0};
        tell(Counted{count->request, {count->accounts.size(), one_idle}});
    } else if (const auto* watch = std::get_if<Watch>(&command)) {
        told.emplace_back(watch->wanted ? "Watch" : "Watch no more");
    } else if (std::holds_alternative<Stop>(command)) {
        told.emplace_back("Stop");
        tell(Stopped{});
    }
}

class Reactor::Impl {};

Reactor::Reactor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Reactor::~Reactor() = default;

Result<std::unique_ptr<Reactor>> Reactor::start(ReactorOptions, const net::EgressPolicy&,
                                                net::TlsContext&,
                                                std::function<void(Event)> events) {
    reactors->events = std::move(events);
    return std::unique_ptr<Reactor>(new Reactor(std::make_unique<Impl>()));
}

void Reactor::send(Command command) {
    reactors->receive(std::move(command));
}

ReactorStats Reactor::stats() const {
    return {};
}

}  // namespace gatepost::imap
