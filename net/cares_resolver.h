// The resolver on c-ares: one channel for one reactor, its sockets watched by Asio. Not
// thread-safe: used on its executor's thread only. Feeds on datagrams from anyone who can reach the
// DNS servers' path.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "net/resolver.h"

namespace gatepost::net {

struct ResolverOptions {
    /// "127.0.0.1:5301", "[::1]:53", "9.9.9.9"; empty: the system's (/etc/resolv.conf).
    std::vector<std::string> servers;
};

class CaresResolver final : public Resolver {
  public:
    /// Fails with `configuration`, naming the server that cannot be read.
    static Result<std::unique_ptr<CaresResolver>> make(boost::asio::any_io_executor executor,
                                                       const ResolverOptions& options);
    /// Whatever is still asked fails with `cancelled`.
    ~CaresResolver() override;

    boost::asio::awaitable<Result<Answer<boost::asio::ip::address>>> addresses(
        std::string name, Deadline deadline) override;
    boost::asio::awaitable<Result<Answer<MxRecord>>> mx(std::string name,
                                                        Deadline deadline) override;
    boost::asio::awaitable<Result<Answer<SrvRecord>>> srv(std::string name,
                                                          Deadline deadline) override;
    boost::asio::awaitable<Result<Answer<std::string>>> txt(std::string name,
                                                            Deadline deadline) override;

  private:
    class Channel;
    explicit CaresResolver(std::shared_ptr<Channel> channel);

    // Shared with what is called back by Asio after the resolver has gone.
    std::shared_ptr<Channel> channel_;
};

}  // namespace gatepost::net
