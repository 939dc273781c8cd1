#include "connector/turns.h"

namespace gatepost::connector {

Turns::Turns(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

Turns::Turn::Turn(Turns& turns, std::string account)
    : turns_(&turns), account_(std::move(account)) {}

Turns::Turn::Turn(Turn&& other) noexcept
    : turns_(std::exchange(other.turns_, nullptr)), account_(std::move(other.account_)) {}

Turns::Turn::~Turn() {
    if (turns_ != nullptr) turns_->pass_on(account_);
}

boost::asio::awaitable<Turns::Turn> Turns::take(std::string account) {
    const auto [line, is_free] = lines_.try_emplace(account);
    if (!is_free) {
        const auto place = std::make_shared<Reply<bool>>(executor_);
        line->second.push_back(place);
        co_await place->wait(no_deadline);
    }
    co_return Turn(*this, std::move(account));
}

void Turns::pass_on(const std::string& account) {
    const auto found = lines_.find(account);
    Line& line = found->second;
    while (!line.empty()) {
        const auto next = line.front().lock();
        line.pop_front();
        if (next) return next->set(true);
    }
    lines_.erase(found);
}

}  // namespace gatepost::connector
