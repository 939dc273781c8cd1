// What accounts cost on a reactor, and how fast leases are, against a real Dovecot on this machine.
// Prints figures and asserts nothing. Usage: imap_reactor_bench [ACCOUNTS]
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <thread>

#include "../connector/steered_world.h"
#include "imap/reactor.h"
#include "lease_client.h"
#include "net/dialer.h"

namespace gatepost::imap {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

constexpr std::size_t message_bytes = 32 << 20;
constexpr int warm_up = 16;  // accounts that are served first, so that what is made once is there
constexpr std::chrono::seconds settling{5};
constexpr int leases = 2000;
constexpr int noops = 2000;
constexpr int fetches = 5;
constexpr int fetching_rounds = 9;
constexpr double fetched_megabytes = fetches * static_cast<double>(message_bytes) / 1e6;

double cpu_ms(int who = RUSAGE_SELF) {
    rusage usage{};
    ::getrusage(who, &usage);
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

double ms_since(Clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

void print(const char* what, std::vector<double> times, double scale, const char* unit) {
    std::ranges::sort(times);
    std::printf("%s: p50 %.3f %s, p99 %.3f %s\n", what, times[times.size() / 2] * scale, unit,
                times[times.size() * 99 / 100] * scale, unit);
}

double median(std::vector<double> figures) {
    std::ranges::sort(figures);
    return figures[figures.size() / 2];
}

std::string account_name(int number) {
    return std::to_string(number) + "@crowd.example";
}

Settings settings_of(const std::string& account) {
    Settings settings;
    settings.host = "imap.provider.example";
    settings.username = account;
    return settings;
}

Credential crowd_password() {
    return {AuthMethod::password, Secret::copy_of("crowd")};
}

class Bench {
  public:
    explicit Bench(const SteeredWorld& world)
        : dns_{{world.dns_server()}}, tls_(std::move(*net::TlsContext::make(world.ca_file()))) {
        ReactorOptions options;
        options.dns = dns_;
        reactor_ = std::move(
            *Reactor::start(options, egress_, *tls_, [this](Event event) { on_event(event); }));
    }

    void serve(int from, int to) {
        for (int i = from; i < to; ++i)
            reactor_->send(Serve{account_name(i), 1, settings_of(account_name(i))});
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return live_ == to; });
    }

    void measure_accounts(int count) {
        serve(0, warm_up);
        const double memory = resident_kib();
        const double cpu = cpu_ms();
        const auto begin = Clock::now();
        serve(warm_up, count);
        const int measured = count - warm_up;
        std::printf("%d accounts live in %.1f s, CPU %.2f ms each\n", measured,
                    ms_since(begin) / 1e3, (cpu_ms() - cpu) / measured);
        std::printf("memory per account with an idle session: %.1f KiB\n",
                    (resident_kib() - memory) / measured);
        ::malloc_trim(0);
        std::printf("the same, free memory given back: %.1f KiB\n",
                    (resident_kib() - memory) / measured);
    }

    /// After measure_accounts(), with as many.
    void measure_watching(int count) {
        const double memory = resident_kib();
        const double cpu = cpu_ms();
        reactor_->send(Watch{true});
        // Nobody tells when the last one watches; they begin within 2 ms each.
        std::this_thread::sleep_for(std::chrono::milliseconds(2 * count) + settling);
        std::printf("%d accounts watch INBOX, CPU %.2f ms each\n", count, (cpu_ms() - cpu) / count);
        ::malloc_trim(0);
        std::printf("memory per account for that, free memory given back: %.1f KiB\n",
                    (resident_kib() - memory) / count);
    }

    void measure_leases(int accounts) {
        std::vector<double> times;
        for (int i = 0; i < leases; ++i) {
            LeaseClient client;
            const auto begin = Clock::now();
            reactor_->send(Lease{account_name(i % accounts), client.take_far_end(), "a", {}});
            client.line();
            times.push_back(ms_since(begin));
            client.command("z", "LOGOUT");
        }
        print("lease to first answer", std::move(times), 1e3, "us");
    }

    void measure_relay() {
        LeaseClient client;
        reactor_->send(Lease{account_name(0), client.take_far_end(), "a", {}});
        client.line();
        std::vector<double> times;
        for (int i = 0; i < noops; ++i) {
            const auto begin = Clock::now();
            client.command("n", "NOOP");
            times.push_back(ms_since(begin));
        }
        print("NOOP through the relay", std::move(times), 1e3, "us");

        client.command("z", "LOGOUT");
    }

    /// One after the other in turns, so that both meet the same moods of the machine.
    void measure_fetching() {
        append_big_message();
        std::vector<double> relayed;
        std::vector<double> direct;
        std::vector<double> ratios;
        for (int i = 0; i < fetching_rounds; ++i) {
            relayed.push_back(fetch_through_relay());
            direct.push_back(fetch_directly());
            ratios.push_back(relayed.back() / direct.back());
        }
        std::printf("FETCH through the relay: %.0f MB/s, CPU of the reactor %.2f ms/MB\n",
                    median(relayed), relay_cpu_ms_ / (fetching_rounds * fetched_megabytes));
        std::printf("FETCH on a TLS connection of one's own: %.0f MB/s, CPU %.2f ms/MB\n",
                    median(direct), direct_cpu_ms_ / (fetching_rounds * fetched_megabytes));
        std::printf("relay to direct: %.2f (%.2f to %.2f)\n", median(ratios),
                    *std::ranges::min_element(ratios), *std::ranges::max_element(ratios));
    }

    [[nodiscard]] double longest_stall_ms() const {
        return static_cast<double>(reactor_->stats().longest_stall.count()) / 1e3;
    }

  private:
    void append_big_message() {
        LeaseClient client;
        reactor_->send(Lease{account_name(0), client.take_far_end(), "a", {}});
        client.line();
        const std::string size = std::to_string(message_bytes);
        client.send("b APPEND INBOX {" + size + "+}\r\nSubject: big\r\n\r\n");
        client.send(std::string(message_bytes - 16, 'x') + "\r\n");
        client.answer("b");
        client.command("z", "LOGOUT");
    }

    /// MB/s.
    double fetch_through_relay() {
        LeaseClient client;
        reactor_->send(Lease{account_name(0), client.take_far_end(), "a", {}});
        client.line();
        client.command("c", "SELECT INBOX");
        fetch(client);
        const double cpu = cpu_ms() - cpu_ms(RUSAGE_THREAD);
        const auto begin = Clock::now();
        for (int i = 0; i < fetches; ++i)
            fetch(client);
        const double ms = ms_since(begin);
        relay_cpu_ms_ += cpu_ms() - cpu_ms(RUSAGE_THREAD) - cpu;
        client.command("z", "LOGOUT");
        return fetched_megabytes / ms * 1e3;
    }

    double fetch_directly() {
        asio::io_context context;
        auto resolver = std::move(*net::CaresResolver::make(context.get_executor(), dns_));
        net::TcpDialer dialer(*resolver, egress_);
        double rate = 0;
        asio::co_spawn(context, fetch_over(dialer, rate),
                       [&](const std::exception_ptr&) { context.stop(); });
        context.run();
        return rate;
    }

    static void fetch(LeaseClient& client) {
        client.send("f FETCH 1 BODY.PEEK[]\r\n");
        const std::string head = client.line();
        client.skip(std::stoul(head.substr(head.rfind('{') + 1)));
        client.answer("f");
    }

    asio::awaitable<void> fetch_over(net::Dialer& dialer, double& rate) {
        auto session =
            co_await Session::connect(dialer, *tls_, settings_of(account_name(0)), crowd_password(),
                                      net::after(std::chrono::seconds(30)));
        if (!session) co_return;
        net::Stream& stream = (*session)->stream();
        co_await say(stream, "s SELECT INBOX\r\n", "\r\ns OK");
        co_await say(stream, "f FETCH 1 BODY.PEEK[]\r\n", "\r\nf OK");
        const double cpu = cpu_ms(RUSAGE_THREAD);
        const auto begin = Clock::now();
        for (int i = 0; i < fetches; ++i)
            co_await say(stream, "f FETCH 1 BODY.PEEK[]\r\n", "\r\nf OK");
        rate = fetched_megabytes / ms_since(begin) * 1e3;
        direct_cpu_ms_ += cpu_ms(RUSAGE_THREAD) - cpu;
    }

    // Only the last bytes can have the tagged answer.
    static asio::awaitable<void> say(net::Stream& stream, std::string line, std::string end) {
        co_await stream.write(line);
        std::string tail;
        std::vector<char> buffer(64 * 1024);
        while (tail.find(end) == std::string::npos) {
            const auto size = co_await stream.read_some(buffer);
            if (!size || *size == 0) co_return;
            const std::size_t kept = std::min<std::size_t>(*size, 512);
            tail = tail.substr(tail.size() - std::min<std::size_t>(tail.size(), 512));
            tail.append(buffer.data() + *size - kept, kept);
        }
    }

    void on_event(const Event& event) {
        if (const auto* wanted = std::get_if<CredentialWanted>(&event)) {
            reactor_->send(GiveCredential{wanted->account, wanted->version, crowd_password()});
        } else if (const auto* state = std::get_if<AccountState>(&event)) {
            const std::lock_guard lock(mutex_);
            if (state->state == AccountState::State::live) ++live_;
            if (state->problem) std::printf("%s\n", state->problem->detail.c_str());
            changed_.notify_one();
        }
    }

    net::ResolverOptions dns_;
    net::EgressPolicy egress_ = *net::EgressPolicy::make({"127.0.0.0/8"}, {143, 993});
    std::unique_ptr<net::TlsContext> tls_;
    std::mutex mutex_;
    std::condition_variable changed_;
    int live_ = 0;
    double relay_cpu_ms_ = 0;
    double direct_cpu_ms_ = 0;
    std::unique_ptr<Reactor> reactor_;
};

int bench(int accounts) {
    if (accounts < 2 * warm_up) {
        std::puts("The number of accounts is at least 32");
        return 2;
    }
    SteeredWorld world;
    world.add_crowd(accounts);
    Bench bench(world);
    bench.measure_accounts(accounts);
    bench.measure_leases(accounts);
    bench.measure_watching(accounts);
    std::puts("and while they watch:");
    bench.measure_leases(accounts);
    bench.measure_relay();
    bench.measure_fetching();
    std::printf("longest stall of the reactor: %.1f ms\n", bench.longest_stall_ms());
    return 0;
}

}  // namespace
}  // namespace gatepost::imap

int main(int argc, char** argv) {
    return gatepost::imap::bench(argc > 1 ? std::atoi(argv[1]) : 1000);
}
