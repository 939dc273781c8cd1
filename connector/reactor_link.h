// The link to the reactors: commands go to the reactor of the account, answers come back to the
// coroutine that asked, and all other events to one listener. Events arrive on reactor threads and
// are brought to the front's executor here; everything else is used on that executor only.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "connector/reply.h"
#include "core/result.h"
#include "imap/messages.h"
#include "imap/reactor.h"
#include "net/deadline.h"

namespace gatepost::connector {

class ReactorLink : public std::enable_shared_from_this<ReactorLink> {
  public:
    /// @param listener called on the executor with CredentialWanted, AccountState and
    /// MailboxChanged. What it
    /// refers to lives until close().
    static Result<std::shared_ptr<ReactorLink>> start(boost::asio::any_io_executor executor,
                                                      std::size_t reactors,
                                                      const imap::ReactorOptions& options,
                                                      const net::EgressPolicy& egress,
                                                      net::TlsContext& tls,
                                                      std::function<void(imap::Event)> listener);

    /// To the account's reactor, which is the same one for ever.
    void send(std::string_view account, imap::Command command);

    /// To every reactor.
    void watch(bool wanted);

    // Each fails with timed_out at the deadline, and with cancelled once the reactors stop.

    /// The capabilities after sign-in. The command's request id is set here.
    boost::asio::awaitable<Result<std::vector<std::string>>> sign_in(imap::SignIn command,
                                                                     net::Deadline deadline);
    boost::asio::awaitable<Result<void>> check(std::string account, net::Deadline deadline);
    boost::asio::awaitable<Result<std::vector<imap::Mailbox>>> mailboxes(std::string account,
                                                                         net::Deadline deadline);
    /// In the order of the accounts; zeros for those whose reactor does not answer in time.
    boost::asio::awaitable<std::vector<imap::SessionCounts>> count(
        std::vector<std::string> accounts, net::Deadline deadline);

    /// Fails what is awaited, and has the reactors log out; returns when they have, or at the
    /// deadline.
    boost::asio::awaitable<void> stop(net::Deadline deadline);
    /// Fails what is awaited, ends the reactors at once, and forgets the listener.
    void close();

    [[nodiscard]] std::vector<imap::ReactorStats> stats() const;

  private:
    using Answer = Reply<Result<imap::Event>>;
    using Question = std::shared_ptr<Answer>;

    ReactorLink(boost::asio::any_io_executor executor, std::function<void(imap::Event)> listener);

    [[nodiscard]] std::size_t reactor_of(std::string_view account) const;
    /// Sends a command that has a request id; its answer comes to the question.
    template <class Asked>
    Question ask(std::size_t reactor, Asked command);
    void receive(imap::Event event);
    void answer(imap::RequestId request, Result<imap::Event> event);
    void fail_questions();

    boost::asio::any_io_executor executor_;
    std::function<void(imap::Event)> listener_;
    std::vector<std::unique_ptr<imap::Reactor>> reactors_;
    // Weak: whoever stopped waiting has dropped his question.
    std::map<imap::RequestId, std::weak_ptr<Answer>> questions_;
    imap::RequestId last_request_ = 0;
    bool stopping_ = false;
    std::size_t stopped_ = 0;
    std::shared_ptr<Reply<bool>> all_stopped_;
};

}  // namespace gatepost::connector
