#include "imap/task_group.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <utility>

namespace gatepost::imap {
namespace {

namespace asio = boost::asio;

void rethrow_unless_cancelled(const std::exception_ptr& thrown) {
    if (!thrown) return;
    try {
        std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& error) {
        if (error.code() != asio::error::operation_aborted) throw;
    }
}

}  // namespace

TaskGroup::Handle TaskGroup::spawn(asio::awaitable<void> task) {
    const auto signal = std::make_shared<asio::cancellation_signal>();
    const auto place = tasks_.insert(tasks_.end(), signal);
    auto ended = [this, place](const std::exception_ptr& thrown) {
        tasks_.erase(place);
        rethrow_unless_cancelled(thrown);
        if (tasks_.empty() && when_empty_) std::exchange(when_empty_, nullptr)();
    };
    asio::co_spawn(executor_, std::move(task),
                   asio::bind_cancellation_slot(signal->slot(), std::move(ended)));
    return signal;
}

void TaskGroup::cancel(const Handle& task) {
    if (const auto signal = task.lock()) signal->emit(asio::cancellation_type::terminal);
}

void TaskGroup::cancel_all() {
    // A task that ends by its cancellation takes its place out of the list.
    const std::vector<Signal> running(tasks_.begin(), tasks_.end());
    for (const Signal& signal : running)
        signal->emit(asio::cancellation_type::terminal);
}

void TaskGroup::when_empty(std::function<void()> then) {
    if (tasks_.empty()) return then();
    when_empty_ = std::move(then);
}

}  // namespace gatepost::imap
