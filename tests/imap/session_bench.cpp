// What sessions cost: memory of idle ones, CPU of sign-ins and of NOOP, against a real Dovecot on
// this machine, and what OpenSSL alone costs there. Prints figures and asserts nothing.
// Usage: imap_session_bench [SESSIONS]
#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "../connector/steered_world.h"
#include "imap/session.h"
#include "net/cares_resolver.h"
#include "net/dialer.h"
#include "net/tls.h"
#include "openssl_floor.h"

namespace gatepost::imap {
namespace {

namespace asio = boost::asio;

constexpr int in_flight = 16;
constexpr std::chrono::minutes patience{5};
constexpr int noops = 20;        // of each session
constexpr int handshakes = 200;  // of each kind

// Without spaces, so that the floor need not quote it.
constexpr std::string_view username = "alice@village.example";
constexpr std::string_view password = "correct horse battery staple";

double cpu_ms() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto ms = [](const timeval& time) {
        return 1e3 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_usec);
    };
    return ms(usage.ru_utime) + ms(usage.ru_stime);
}

double resident_kib() {
    std::ifstream statm("/proc/self/statm");
    long total = 0;
    long resident = 0;
    statm >> total >> resident;
    return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1024;
}

class Bench {
  public:
    explicit Bench(const SteeredWorld& world)
        : tls_(std::move(*net::TlsContext::make(world.ca_file()))),
          resolver_(std::move(
              *net::CaresResolver::make(context_.get_executor(), {{world.dns_server()}}))) {}

    /// Milliseconds of CPU for each; some at the same time, so that some are resumed.
    double open(int count) {
        to_open_ = count;
        const double before = cpu_ms();
        for (int i = 0; i < in_flight; ++i) {
            asio::co_spawn(context_, open_some(), asio::detached);
        }
        context_.restart();
        context_.run();
        return (cpu_ms() - before) / count;
    }

    double noop() {
        const double before = cpu_ms();
        asio::co_spawn(context_, noop_all(), asio::detached);
        context_.restart();
        context_.run();
        return (cpu_ms() - before) / (static_cast<double>(sessions_.size()) * noops);
    }

    double list() {
        const double before = cpu_ms();
        asio::co_spawn(context_, list_all(), asio::detached);
        context_.restart();
        context_.run();
        return (cpu_ms() - before) / static_cast<double>(sessions_.size());
    }

    void close() { sessions_.clear(); }

    /// Milliseconds of CPU of a sign-in after the other, each by a resumed TLS session.
    double open_resumed() {
        return sign_in_one_by_one([this](int) -> net::TlsContext& { return *tls_; });
    }

    /// The same by whole handshakes: with contexts that know no ticket.
    double open_full(const std::string& ca_file) {
        std::vector<std::unique_ptr<net::TlsContext>> contexts;
        for (int i = 0; i < handshakes; ++i)
            contexts.push_back(std::move(*net::TlsContext::make(ca_file)));
        const double spent = sign_in_one_by_one([&](int number) -> net::TlsContext& {
            return *contexts[static_cast<std::size_t>(number)];
        });
        sessions_.clear();
        return spent;
    }

    /// OpenSSL alone: CPU of a sign-in, and KiB of a session. The sessions are kept, so that
    /// nothing after them is measured in memory that was used before.
    std::pair<double, double> floor(const std::string& ca_file, bool resumes) {
        OpensslFloor& client = *floors_.emplace_back(std::make_unique<OpensslFloor>(ca_file));
        floor_sign_in(client, resumes);
        double spent = 0;
        const double memory = resident_kib();
        for (int i = 0; i < handshakes; ++i)
            spent += floor_sign_in(client, resumes);
        return {spent / handshakes, (resident_kib() - memory) / handshakes};
    }

    [[nodiscard]] int resumed() const {
        int count = 0;
        for (const auto& session : sessions_)
            count += session->stream().resumed() ? 1 : 0;
        return count;
    }

  private:
    template <class Contexts>
    double sign_in_one_by_one(Contexts context_of) {
        const double before = cpu_ms();
        for (int i = 0; i < handshakes; ++i) {
            asio::co_spawn(context_, open_one(context_of(i)), asio::detached);
            context_.restart();
            context_.run();
        }
        return (cpu_ms() - before) / handshakes;
    }

    double floor_sign_in(OpensslFloor& client, bool resumes) {
        floor_sockets_.push_back(dial());
        const std::string quoted = "\"" + std::string(password) + "\"";
        const double before = cpu_ms();
        floor_sessions_.push_back(client.sign_in(floor_sockets_.back().native_handle(),
                                                 "imap.provider.example", std::string(username),
                                                 quoted, resumes));
        if (!floor_sessions_.back()) std::exit(1);
        return cpu_ms() - before;
    }

    asio::ip::tcp::socket dial() {
        std::optional<asio::ip::tcp::socket> dialled;
        asio::co_spawn(context_, dial_into(dialled), asio::detached);
        context_.restart();
        context_.run();
        dialled->native_non_blocking(false);
        return std::move(*dialled);
    }

    asio::awaitable<void> dial_into(std::optional<asio::ip::tcp::socket>& dialled) {
        auto socket = co_await dialer_.dial("imap.provider.example", 993, net::after(patience));
        if (!socket) std::exit(1);
        dialled.emplace(std::move(*socket));
    }

    asio::awaitable<void> open_some() {
        while (to_open_ > 0) {
            --to_open_;
            co_await open_one(*tls_);
        }
    }

    asio::awaitable<void> open_one(net::TlsContext& tls) {
        Settings settings;
        settings.host = "imap.provider.example";
        settings.username = username;
        Credential credential{AuthMethod::password, Secret::copy_of(password)};
        auto session = co_await Session::connect(dialer_, tls, std::move(settings),
                                                 std::move(credential), net::after(patience));
        if (!session) {
            std::printf("a sign-in failed: %s\n", session.error().detail.c_str());
            std::exit(1);
        }
        sessions_.push_back(std::move(*session));
    }

    asio::awaitable<void> noop_all() {
        for (int i = 0; i < noops; ++i) {
            for (const auto& session : sessions_) {
                const auto done = co_await session->noop(net::after(patience));
                if (!done) std::exit(1);
            }
        }
    }

    asio::awaitable<void> list_all() {
        for (const auto& session : sessions_) {
            const auto listed = co_await session->list_mailboxes(net::after(patience));
            if (!listed) std::exit(1);
        }
    }

    asio::io_context context_{1};
    std::unique_ptr<net::TlsContext> tls_;
    std::unique_ptr<net::CaresResolver> resolver_;
    net::EgressPolicy egress_ = *net::EgressPolicy::make({"127.0.0.0/8"}, {993});
    net::TcpDialer dialer_{*resolver_, egress_};
    std::vector<std::unique_ptr<Session>> sessions_;
    int to_open_ = 0;
    std::vector<std::unique_ptr<OpensslFloor>> floors_;
    std::vector<asio::ip::tcp::socket> floor_sockets_;
    std::vector<OpensslFloor::Session> floor_sessions_;
};

void measure(int count) {
    const SteeredWorld world;
    Bench bench(world);
    for (const bool resumes : {false, true}) {
        const auto [cpu, memory] = bench.floor(world.ca_file(), resumes);
        std::printf("OpenSSL alone, %s: CPU of a sign-in %.2f ms, memory %.1f KiB\n",
                    resumes ? "resumed" : "whole handshakes", cpu, memory);
    }
    bench.open(1);
    const double before = resident_kib();
    const double open = bench.open(count);
    const double after = resident_kib();
    std::printf("%d sessions, %d by a resumed TLS session\n", count, bench.resumed());
    std::printf("  memory of an idle session   %6.1f KiB\n", (after - before) / count);
    std::printf("  CPU of a sign-in            %6.2f ms\n", open);
    std::printf("  CPU of a NOOP               %6.1f us\n", 1e3 * bench.noop());
    std::printf("  CPU of a LIST               %6.1f us\n", 1e3 * bench.list());
    std::printf("  memory after these          %6.1f KiB\n", (resident_kib() - before) / count);
    bench.close();
    std::printf("one sign-in after the other\n");
    std::printf("  CPU, whole handshakes       %6.2f ms\n", bench.open_full(world.ca_file()));
    std::printf("  CPU, resumed                %6.2f ms", bench.open_resumed());
    std::printf(" (%d of %d are)\n", bench.resumed(), handshakes);
    bench.close();
}

}  // namespace
}  // namespace gatepost::imap

int main(int argc, char** argv) {
    gatepost::imap::measure(argc > 1 ? std::atoi(argv[1]) : 1'000);
}
