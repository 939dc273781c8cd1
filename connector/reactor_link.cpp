#include "connector/reactor_link.h"

#include <boost/asio/post.hpp>

namespace gatepost::connector {
namespace {

// FNV-1a: the same on every machine and in every build, unlike std::hash.
std::uint64_t stable_hash(std::string_view text) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 1099511628211ULL;
    }
    return hash;
}

Problem stopping_problem() {
    return problem(ProblemKind::cancelled, "Gatepost is stopping.");
}

// What the question was answered with, which is an event of the type that fits it.
template <class Expected>
Result<Expected> expect(std::optional<Result<imap::Event>> answer, const char* what) {
    if (!answer) return problem(ProblemKind::timed_out, std::string(what) + " took too long.");
    if (!*answer) return std::move(*answer).error();
    if (auto* event = std::get_if<Expected>(&**answer)) return std::move(*event);
    return problem(ProblemKind::internal, std::string(what) + " was answered by another event.");
}

// The request that the event answers; none for what a reactor tells by itself.
std::optional<imap::RequestId> request_of(const imap::Event& event) {
    return std::visit(
        [](const auto& concrete) -> std::optional<imap::RequestId> {
            if constexpr (requires { concrete.request; }) {
                return concrete.request;
            } else {
                return std::nullopt;
            }
        },
        event);
}

}  // namespace

ReactorLink::ReactorLink(boost::asio::any_io_executor executor,
                         std::function<void(imap::Event)> listener)
    : executor_(std::move(executor)), listener_(std::move(listener)) {}

Result<std::shared_ptr<ReactorLink>> ReactorLink::start(boost::asio::any_io_executor executor,
                                                        std::size_t reactors,
                                                        const imap::ReactorOptions& options,
                                                        const net::EgressPolicy& egress,
                                                        net::TlsContext& tls,
                                                        std::function<void(imap::Event)> listener) {
    std::shared_ptr<ReactorLink> link(new ReactorLink(executor, std::move(listener)));
    const auto bring_here = [executor, weak = link->weak_from_this()](imap::Event event) {
        boost::asio::post(executor, [weak, event = std::move(event)]() mutable {
            if (const auto self = weak.lock()) self->receive(std::move(event));
        });
    };
    for (std::size_t i = 0; i < std::max<std::size_t>(reactors, 1); ++i) {
        auto reactor = imap::Reactor::start(options, egress, tls, bring_here);
        if (!reactor) return std::move(reactor).error();
        link->reactors_.push_back(std::move(*reactor));
    }
    return link;
}

std::size_t ReactorLink::reactor_of(std::string_view account) const {
    if (reactors_.empty()) return 0;
    return static_cast<std::size_t>(stable_hash(account) % reactors_.size());
}

void ReactorLink::send(std::string_view account, imap::Command command) {
    if (stopping_) return;
    reactors_[reactor_of(account)]->send(std::move(command));
}

void ReactorLink::watch(bool wanted) {
    if (stopping_) return;
    for (const auto& reactor : reactors_)
        reactor->send(imap::Watch{wanted});
}

template <class Asked>
ReactorLink::Question ReactorLink::ask(std::size_t reactor, Asked command) {
    auto question = std::make_shared<Answer>(executor_);
    if (stopping_) {
        question->set(stopping_problem());
        return question;
    }
    command.request = ++last_request_;
    questions_.emplace(command.request, question);
    reactors_[reactor]->send(std::move(command));
    return question;
}

boost::asio::awaitable<Result<std::vector<std::string>>> ReactorLink::sign_in(
    imap::SignIn command, net::Deadline deadline) {
    const std::size_t reactor = reactor_of(command.account);
    const Question question = ask(reactor, std::move(command));
    auto answer = expect<imap::SignedIn>(co_await question->wait(deadline), "Signing in");
    if (!answer) co_return std::move(answer).error();
    co_return std::move(answer->capabilities);
}

boost::asio::awaitable<Result<void>> ReactorLink::check(std::string account,
                                                        net::Deadline deadline) {
    const std::size_t reactor = reactor_of(account);
    const Question question = ask(reactor, imap::Check{0, std::move(account)});
    auto answer = expect<imap::Checked>(co_await question->wait(deadline), "Asking the provider");
    if (!answer) co_return std::move(answer).error();
    co_return std::move(answer->result);
}

boost::asio::awaitable<Result<std::vector<imap::Mailbox>>> ReactorLink::mailboxes(
    std::string account, net::Deadline deadline) {
    const std::size_t reactor = reactor_of(account);
    const Question question = ask(reactor, imap::ListMailboxes{0, std::move(account)});
    auto answer = expect<imap::Listed>(co_await question->wait(deadline), "Listing the mailboxes");
    if (!answer) co_return std::move(answer).error();
    co_return std::move(answer->mailboxes);
}

boost::asio::awaitable<std::vector<imap::SessionCounts>> ReactorLink::count(
    std::vector<std::string> accounts, net::Deadline deadline) {
    std::vector<imap::SessionCounts> counts(accounts.size());
    if (stopping_) co_return counts;
    std::vector<std::vector<std::string>> asked(reactors_.size());
    std::vector<std::vector<std::size_t>> places(reactors_.size());
    for (std::size_t i = 0; i < accounts.size(); ++i) {
        const std::size_t reactor = reactor_of(accounts[i]);
        places[reactor].push_back(i);
        asked[reactor].push_back(std::move(accounts[i]));
    }
    std::vector<Question> questions(reactors_.size());
    for (std::size_t reactor = 0; reactor < asked.size(); ++reactor) {
        if (asked[reactor].empty()) continue;
        questions[reactor] = ask(reactor, imap::CountSessions{0, std::move(asked[reactor])});
    }
    for (std::size_t reactor = 0; reactor < questions.size(); ++reactor) {
        if (!questions[reactor]) continue;
        const auto answer =
            expect<imap::Counted>(co_await questions[reactor]->wait(deadline), "Counting sessions");
        if (!answer || answer->counts.size() != places[reactor].size()) continue;
        for (std::size_t i = 0; i < answer->counts.size(); ++i) {
            counts[places[reactor][i]] = answer->counts[i];
        }
    }
    co_return counts;
}

void ReactorLink::receive(imap::Event event) {
    if (const auto request = request_of(event)) return answer(*request, std::move(event));
    if (std::holds_alternative<imap::Stopped>(event)) {
        ++stopped_;
        if (all_stopped_ && stopped_ == reactors_.size()) all_stopped_->set(true);
        return;
    }
    if (!stopping_ && listener_) listener_(std::move(event));
}

void ReactorLink::answer(imap::RequestId request, Result<imap::Event> event) {
    const auto found = questions_.find(request);
    if (found == questions_.end()) return;
    const auto question = found->second.lock();
    questions_.erase(found);
    if (question) question->set(std::move(event));
}

void ReactorLink::fail_questions() {
    for (const auto& [request, weak] : std::exchange(questions_, {})) {
        if (const auto question = weak.lock()) question->set(stopping_problem());
    }
}

boost::asio::awaitable<void> ReactorLink::stop(net::Deadline deadline) {
    if (stopping_) co_return;
    stopping_ = true;
    fail_questions();
    const auto all_stopped = std::make_shared<Reply<bool>>(executor_);
    all_stopped_ = all_stopped;
    for (const auto& reactor : reactors_)
        reactor->send(imap::Stop{});
    co_await all_stopped->wait(deadline);
}

void ReactorLink::close() {
    stopping_ = true;
    fail_questions();
    reactors_.clear();
    listener_ = nullptr;
}

std::vector<imap::ReactorStats> ReactorLink::stats() const {
    std::vector<imap::ReactorStats> stats;
    stats.reserve(reactors_.size());
    for (const auto& reactor : reactors_)
        stats.push_back(reactor->stats());
    return stats;
}

}  // namespace gatepost::connector
