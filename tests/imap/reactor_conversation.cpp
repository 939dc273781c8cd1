#include "reactor_conversation.h"

namespace gatepost::imap {

void ReactorConversation::SetUpTestSuite() {
    world = new SteeredWorld;
    ASSERT_FALSE(world->dns_server().empty()) << "the world did not start";
}

void ReactorConversation::TearDownTestSuite() {
    delete world;
    world = nullptr;
}

void ReactorConversation::SetUp() {
    tls_ = std::move(*net::TlsContext::make(world->ca_file()));
    options.dns.servers = {world->dns_server()};
    start();
}

void ReactorConversation::TearDown() {
    reactor.reset();
}

void ReactorConversation::start() {
    reactor.reset();
    auto started = Reactor::start(options, egress_, *tls_,
                                  [this](Event event) { on_event(std::move(event)); });
    ASSERT_TRUE(started) << started.error().detail;
    reactor = std::move(*started);
    running_ = reactor.get();
}

// On the reactor's thread.
void ReactorConversation::on_event(Event event) {
    const std::lock_guard lock(mutex_);
    if (const auto* wanted = std::get_if<CredentialWanted>(&event)) {
        ++credentials_given;
        const auto known = passwords.find(wanted->account);
        const std::string password = known == passwords.end() ? "right" : known->second;
        running_->send(GiveCredential{wanted->account, wanted->version,
                                      Credential{AuthMethod::password, Secret::copy_of(password)}});
        return;
    }
    events_.push_back(std::move(event));
    arrived_.notify_one();
}

std::string ReactorConversation::new_user(const std::string& name) {
    const std::string address = name + "@provider.example";
    world->add_user(address, "right");
    return address;
}

Settings ReactorConversation::settings_of(const std::string& account) {
    Settings settings;
    settings.host = "imap.provider.example";
    settings.username = account;
    return settings;
}

void ReactorConversation::serve(const std::string& account, std::uint64_t version) {
    reactor->send(Serve{account, version, settings_of(account)});
}

std::string ReactorConversation::live_user(const std::string& name) {
    std::string account = new_user(name);
    serve(account);
    EXPECT_TRUE(reaches(account, State::live));
    return account;
}

Result<std::vector<std::string>> ReactorConversation::sign_in(const std::string& account,
                                                              std::uint64_t version,
                                                              const std::string& password) {
    const RequestId request = ++last_request_;
    reactor->send(SignIn{request, account, version, settings_of(account),
                         Credential{AuthMethod::password, Secret::copy_of(password)}});
    auto answer =
        next<SignedIn>([&](const SignedIn& signed_in) { return signed_in.request == request; });
    if (!answer) return problem(ProblemKind::internal, "SignIn is not answered");
    return std::move(answer->capabilities);
}

Result<void> ReactorConversation::check(const std::string& account) {
    const RequestId request = ++last_request_;
    reactor->send(Check{request, account});
    auto answer = next<Checked>([&](const Checked& checked) { return checked.request == request; });
    if (!answer) return problem(ProblemKind::internal, "Check is not answered");
    return std::move(answer->result);
}

Result<std::vector<Mailbox>> ReactorConversation::list(const std::string& account) {
    const RequestId request = ++last_request_;
    reactor->send(ListMailboxes{request, account});
    auto answer = next<Listed>([&](const Listed& listed) { return listed.request == request; });
    if (!answer) return problem(ProblemKind::internal, "ListMailboxes is not answered");
    return std::move(answer->mailboxes);
}

SessionCounts ReactorConversation::count(const std::string& account) {
    const RequestId request = ++last_request_;
    reactor->send(CountSessions{request, {account}});
    const auto answer =
        next<Counted>([&](const Counted& counted) { return counted.request == request; });
    EXPECT_TRUE(answer);
    return answer ? answer->counts.at(0) : SessionCounts();
}

bool ReactorConversation::has_idle(const std::string& account, std::uint32_t sessions) {
    const auto end = std::chrono::steady_clock::now() + event_patience;
    while (std::chrono::steady_clock::now() < end) {
        const SessionCounts counts = count(account);
        if (counts.idle == sessions && counts.leased == 0) return true;
    }
    return false;
}

void ReactorConversation::lease(const std::string& account, LeaseClient& client,
                                std::string received) {
    reactor->send(Lease{account, client.take_far_end(), "a", std::move(received)});
}

void ReactorConversation::sign_in_client(const std::string& account, LeaseClient& client) {
    lease(account, client);
    const std::string answer = client.line();
    EXPECT_TRUE(answer.starts_with("a OK [CAPABILITY IMAP4rev1 ")) << answer;
}

std::optional<AccountState> ReactorConversation::reaches(const std::string& account, State state) {
    return next<AccountState>([&](const AccountState& event) {
        return event.account == account && event.state == state;
    });
}

int ReactorConversation::sessions_settled(const std::string& address, int expected) {
    const auto end = std::chrono::steady_clock::now() + event_patience;
    int sessions = world->sessions(address);
    while (sessions != expected && std::chrono::steady_clock::now() < end) {
        sessions = world->sessions(address);
    }
    return sessions;
}

}  // namespace gatepost::imap
