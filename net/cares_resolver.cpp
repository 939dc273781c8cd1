#include "net/cares_resolver.h"

#include <ares.h>
#include <arpa/nameser.h>
#include <openssl/rand.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "core/settings.h"
#include "net/dns_answer.h"
#include "net/dns_servers.h"

namespace gatepost::net {
namespace {

using boost::asio::ip::address;
using boost::asio::posix::stream_descriptor;
using Bytes = std::vector<unsigned char>;

// A lost datagram costs a second, then two, then four.
constexpr int first_try_milliseconds = 1000;
constexpr int tries = 3;

// What passes everywhere without fragments (DNS flag day 2020).
constexpr int udp_payload_bytes = 1232;

// c-ares loses some answers when thousands are on their way.
constexpr std::size_t max_in_flight = 150;
// The API has room for about a thousand discoveries at once, of up to forty questions each: all of
// them get their turn. More would only wait for their deadlines.
constexpr std::size_t max_queued = 40'000;

// Once there are A records, how long AAAA records may still take (RFC 8305 3 proposes 50 ms, for
// those who can go on with what comes late).
constexpr std::chrono::milliseconds second_family_delay{250};

// A question, shared by whoever waits for the answer and by c-ares, which cannot drop a single one.
struct Query {
    Query(const boost::asio::any_io_executor& executor, std::string asked_name)
        : wake(executor), name(std::move(asked_name)) {}

    void settle(Result<Bytes> result) {
        answer.emplace(std::move(result));
        wake.cancel();
    }

    boost::asio::steady_timer wake;
    std::string name;
    Bytes packet;
    bool was_repeated = false;
    std::optional<Result<Bytes>> answer;
};

Problem cancelled(const std::string& name) {
    return problem(ProblemKind::cancelled, "Looking up " + name + " was cancelled.");
}

// The question for the record type with EDNS, and with the bits that ask for the AD bit in the
// answer (RFC 6840 5.7); empty if it cannot be made.
Bytes make_packet(const std::string& name, int type) {
    unsigned short id = 0;
    RAND_bytes(reinterpret_cast<unsigned char*>(&id), sizeof id);
    unsigned char* buffer = nullptr;
    int size = 0;
    constexpr int recursion_desired = 1;
    if (ares_create_query(name.c_str(), ns_c_in, type, id, recursion_desired, &buffer, &size,
                          udp_payload_bytes) != ARES_SUCCESS) {
        return {};
    }
    Bytes packet(buffer, buffer + size);
    ares_free_string(buffer);
    packet[3] |= 0x20;                  // AD
    packet[packet.size() - 4] |= 0x80;  // DO: the OPT record, 11 bytes without options, is the last
    return packet;
}

Result<Bytes> answer_of(int status, const std::string& name, const unsigned char* bytes, int size) {
    switch (status) {
        case ARES_SUCCESS:
            return Bytes(bytes, bytes + size);
        case ARES_EDESTRUCTION:
        case ARES_ECANCELLED:
            return cancelled(name);
        case ARES_ETIMEOUT:
        case ARES_ECONNREFUSED:
            return dns_problem(name, "no DNS server answers.");
        default:
            return dns_problem(name, std::string(ares_strerror(status)) + ".");
    }
}

boost::asio::awaitable<Result<Bytes>> answer_to(std::shared_ptr<Query> query, Deadline deadline) {
    bool deadline_passed = false;
    if (!query->answer) {
        query->wake.expires_at(deadline);
        const auto waited =
            co_await query->wake.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        deadline_passed = !std::get<0>(waited);
    }
    if (query->answer) co_return std::move(*query->answer);
    if (!deadline_passed) co_return cancelled(query->name);
    co_return problem(ProblemKind::timed_out, "Looking up " + query->name + " took too long.");
}

template <class Record>
using Reader = Result<Answer<Record>> (*)(DnsMessage, std::string);

template <class Record>
boost::asio::awaitable<Result<Answer<Record>>> records_of(std::shared_ptr<Query> query,
                                                          Deadline deadline,
                                                          Reader<Record> reader) {
    auto answer = co_await answer_to(query, deadline);
    if (!answer) co_return std::move(answer).error();
    co_return reader(*answer, query->name);
}

struct ChannelDeleter {
    void operator()(ares_channeldata* channel) const { ares_destroy(channel); }
};
using AresChannel = std::unique_ptr<ares_channeldata, ChannelDeleter>;

}  // namespace

// c-ares' channel with Asio around it. What c-ares calls back touches the queries and the sockets
// here, and resumes no coroutine, so that nobody is called from within c-ares.
class CaresResolver::Channel : public std::enable_shared_from_this<Channel> {
  public:
    explicit Channel(boost::asio::any_io_executor executor)
        : executor_(std::move(executor)), timer_(executor_) {}

    Result<void> open(const ResolverOptions& options);

    /// Asks, or queues the question. The answer may be there at once.
    std::shared_ptr<Query> ask(std::string name, int type);
    /// Whatever is still asked fails with `cancelled`.
    void close();

  private:
    struct Watched {
        stream_descriptor descriptor;  ///< released, never closed: the socket is c-ares' own
        bool wants_read = false;
        bool wants_write = false;
        bool waits_for_read = false;
        bool waits_for_write = false;
    };
    struct Sent {
        Channel* channel;
        std::shared_ptr<Query> query;
    };

    static void on_socket_state(void* self, ares_socket_t socket, int readable, int writable);
    static void on_answer(void* sent, int status, int timeouts, unsigned char* bytes, int size);

    void watch(ares_socket_t socket, bool read, bool write);
    void wait(const std::shared_ptr<Watched>& watched);
    void process(ares_socket_t read, ares_socket_t write);
    void send_queued();
    void set_timer();

    boost::asio::any_io_executor executor_;
    boost::asio::steady_timer timer_;
    std::map<ares_socket_t, std::shared_ptr<Watched>> sockets_;
    std::deque<std::weak_ptr<Query>> queue_;
    std::size_t in_flight_ = 0;
    AresChannel ares_;
};

Result<void> CaresResolver::Channel::open(const ResolverOptions& options) {
    auto servers = read_dns_servers(options.servers);
    if (!servers) return std::move(servers).error();

    ares_options ares{};
    std::string lookups = "b";
    ares.flags = ARES_FLAG_EDNS | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP;
    ares.timeout = first_try_milliseconds;
    ares.tries = tries;
    ares.ednspsz = udp_payload_bytes;
    ares.lookups = lookups.data();
    ares.sock_state_cb = on_socket_state;
    ares.sock_state_cb_data = this;
    ares_channeldata* channel = nullptr;
    const int status =
        ares_init_options(&channel, &ares,
                          ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_EDNSPSZ |
                              ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB);
    if (status != ARES_SUCCESS) {
        return problem(ProblemKind::configuration,
                       std::string("DNS cannot be set up from /etc/resolv.conf: ") +
                           ares_strerror(status) + ".");
    }
    ares_.reset(channel);
    if (!servers->empty()) set_servers(ares_.get(), *servers);
    return {};
}

std::shared_ptr<Query> CaresResolver::Channel::ask(std::string name, int type) {
    auto query = std::make_shared<Query>(executor_, std::move(name));
    if (is_host_name(query->name)) query->packet = make_packet(query->name, type);
    if (query->packet.empty()) {
        query->settle(dns_problem(query->name, "it is no host name."));
    } else if (queue_.size() == max_queued) {
        query->settle(problem(ProblemKind::overloaded, "Too many names are looked up at once."));
    } else {
        queue_.push_back(query);
        send_queued();
        set_timer();
    }
    return query;
}

void CaresResolver::Channel::close() {
    ares_.reset();
    for (const auto& waiting : queue_) {
        if (const auto query = waiting.lock()) query->settle(cancelled(query->name));
    }
    queue_.clear();
    timer_.cancel();
}

void CaresResolver::Channel::on_socket_state(void* self, ares_socket_t socket, int readable,
                                             int writable) {
    static_cast<Channel*>(self)->watch(socket, readable != 0, writable != 0);
}

void CaresResolver::Channel::on_answer(void* sent, int status, int /*timeouts*/,
                                       unsigned char* bytes, int size) {
    const std::unique_ptr<Sent> owned(static_cast<Sent*>(sent));
    Channel& channel = *owned->channel;
    --channel.in_flight_;
    // Also what it says when a few connections were closed one after the other with the question on
    // its way: servers close those that were kept for a while, and all that is asked suffers it.
    if (status == ARES_ECONNREFUSED && !std::exchange(owned->query->was_repeated, true)) {
        channel.queue_.push_front(owned->query);
        return;
    }
    owned->query->settle(answer_of(status, owned->query->name, bytes, size));
}

void CaresResolver::Channel::watch(ares_socket_t socket, bool read, bool write) {
    auto& watched = sockets_[socket];
    if (!watched) {
        watched = std::make_shared<Watched>(Watched{stream_descriptor(executor_, socket)});
    }
    watched->wants_read = read;
    watched->wants_write = write;
    if (read || write) return wait(watched);
    // c-ares is about to close the socket.
    watched->descriptor.release();
    sockets_.erase(socket);
}

void CaresResolver::Channel::wait(const std::shared_ptr<Watched>& watched) {
    const auto wait_for = [&](stream_descriptor::wait_type readiness, bool wanted, bool& waits,
                              auto on_ready) {
        if (!wanted || std::exchange(waits, true)) return;
        watched->descriptor.async_wait(readiness,
                                       [weak = weak_from_this(), watched, &waits,
                                        on_ready](const boost::system::error_code& error) {
                                           waits = false;
                                           const auto self = weak.lock();
                                           // Not open any more: released, perhaps after the wait
                                           // had come to its end.
                                           if (error || !self || !watched->descriptor.is_open())
                                               return;
                                           on_ready(*self, watched->descriptor.native_handle());
                                           if (watched->descriptor.is_open()) self->wait(watched);
                                       });
    };
    wait_for(stream_descriptor::wait_read, watched->wants_read, watched->waits_for_read,
             [](Channel& self, int socket) { self.process(socket, ARES_SOCKET_BAD); });
    wait_for(stream_descriptor::wait_write, watched->wants_write, watched->waits_for_write,
             [](Channel& self, int socket) { self.process(ARES_SOCKET_BAD, socket); });
}

void CaresResolver::Channel::process(ares_socket_t read, ares_socket_t write) {
    ares_process_fd(ares_.get(), read, write);
    send_queued();
    set_timer();
}

void CaresResolver::Channel::send_queued() {
    while (in_flight_ < max_in_flight && !queue_.empty()) {
        auto query = queue_.front().lock();
        queue_.pop_front();
        // Nobody waits any more.
        if (!query) continue;
        ++in_flight_;
        const Bytes& packet = query->packet;
        auto sent = std::make_unique<Sent>(Sent{this, query});
        ares_send(ares_.get(), packet.data(), static_cast<int>(packet.size()), on_answer,
                  sent.release());
    }
}

void CaresResolver::Channel::set_timer() {
    timeval next{};
    if (ares_timeout(ares_.get(), nullptr, &next) == nullptr) {
        timer_.cancel();
        return;
    }
    timer_.expires_after(std::chrono::seconds(next.tv_sec) +
                         std::chrono::microseconds(next.tv_usec));
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = weak.lock();
        if (!error && self) self->process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    });
}

CaresResolver::CaresResolver(std::shared_ptr<Channel> channel) : channel_(std::move(channel)) {}

CaresResolver::~CaresResolver() {
    channel_->close();
}

Result<std::unique_ptr<CaresResolver>> CaresResolver::make(boost::asio::any_io_executor executor,
                                                           const ResolverOptions& options) {
    auto channel = std::make_shared<Channel>(std::move(executor));
    if (auto opened = channel->open(options); !opened) return std::move(opened).error();
    return std::unique_ptr<CaresResolver>(new CaresResolver(std::move(channel)));
}

// The resolver may go while these wait: after the wait they touch the query only.

boost::asio::awaitable<Result<Answer<address>>> CaresResolver::addresses(std::string name,
                                                                         Deadline deadline) {
    const auto aaaa_query = channel_->ask(name, ns_t_aaaa);
    const auto a_query = channel_->ask(std::move(name), ns_t_a);
    auto a = co_await records_of<address>(a_query, deadline, read_addresses);
    if (!a && a.error().kind == ProblemKind::cancelled) co_return a;
    const bool enough = a && !a->records.empty();
    const Deadline patience = enough ? std::min(deadline, after(second_family_delay)) : deadline;
    auto aaaa = co_await records_of<address>(aaaa_query, patience, read_addresses);
    if (!aaaa && aaaa.error().kind == ProblemKind::cancelled) co_return aaaa;
    co_return combine(std::move(aaaa), std::move(a));
}

boost::asio::awaitable<Result<Answer<MxRecord>>> CaresResolver::mx(std::string name,
                                                                   Deadline deadline) {
    co_return co_await records_of<MxRecord>(channel_->ask(std::move(name), ns_t_mx), deadline,
                                            read_mx);
}

boost::asio::awaitable<Result<Answer<SrvRecord>>> CaresResolver::srv(std::string name,
                                                                     Deadline deadline) {
    co_return co_await records_of<SrvRecord>(channel_->ask(std::move(name), ns_t_srv), deadline,
                                             read_srv);
}

boost::asio::awaitable<Result<Answer<std::string>>> CaresResolver::txt(std::string name,
                                                                       Deadline deadline) {
    co_return co_await records_of<std::string>(channel_->ask(std::move(name), ns_t_txt), deadline,
                                               read_txt);
}

}  // namespace gatepost::net
