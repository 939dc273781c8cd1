#include "connector/vault_link.h"

#include <boost/asio/post.hpp>

#include "connector/reply.h"

namespace gatepost::connector {
namespace {

template <class T>
using VaultReply = std::shared_ptr<Reply<Result<T>>>;

// The vault's callback: from its thread to the executor's, where the reply is waited for.
template <class T>
vault::Answer<T> answer_to(VaultReply<T> reply, boost::asio::any_io_executor executor) {
    return [reply = std::move(reply), executor = std::move(executor)](Result<T> result) {
        boost::asio::post(executor, [reply, result = std::move(result)]() mutable {
            reply->set(std::move(result));
        });
    };
}

template <class T>
boost::asio::awaitable<Result<T>> answered(VaultReply<T> reply) {
    auto result = co_await reply->wait(no_deadline);
    if (!result) co_return problem(ProblemKind::cancelled, "Nobody waited for the vault's answer.");
    co_return std::move(*result);
}

}  // namespace

boost::asio::awaitable<Result<vault::AccountRecord>> VaultLink::put_account(
    vault::AccountRecord record, vault::PutMode mode, std::optional<Secret> credential) {
    const auto reply = std::make_shared<Reply<Result<vault::AccountRecord>>>(executor_);
    vault_.put_account(std::move(record), mode, std::move(credential),
                       answer_to<vault::AccountRecord>(reply, executor_));
    co_return co_await answered<vault::AccountRecord>(reply);
}

boost::asio::awaitable<Result<void>> VaultLink::remove_account(std::string id) {
    const auto reply = std::make_shared<Reply<Result<void>>>(executor_);
    vault_.remove_account(std::move(id), answer_to<void>(reply, executor_));
    co_return co_await answered<void>(reply);
}

boost::asio::awaitable<Result<Secret>> VaultLink::open_credential(std::string id,
                                                                  std::uint64_t version) {
    const auto reply = std::make_shared<Reply<Result<Secret>>>(executor_);
    vault_.open_credential(std::move(id), version, answer_to<Secret>(reply, executor_));
    co_return co_await answered<Secret>(reply);
}

boost::asio::awaitable<Result<void>> VaultLink::put_document(vault::Document document) {
    const auto reply = std::make_shared<Reply<Result<void>>>(executor_);
    vault_.put_document(std::move(document), answer_to<void>(reply, executor_));
    co_return co_await answered<void>(reply);
}

boost::asio::awaitable<Result<void>> VaultLink::remove_document(std::string name) {
    const auto reply = std::make_shared<Reply<Result<void>>>(executor_);
    vault_.remove_document(std::move(name), answer_to<void>(reply, executor_));
    co_return co_await answered<void>(reply);
}

boost::asio::awaitable<Result<vault::VaultState>> VaultLink::read_state() {
    const auto reply = std::make_shared<Reply<Result<vault::VaultState>>>(executor_);
    vault_.read_state(answer_to<vault::VaultState>(reply, executor_));
    co_return co_await answered<vault::VaultState>(reply);
}

}  // namespace gatepost::connector
