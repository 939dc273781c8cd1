// What the provider tables cost: a hit, as the source and as a whole discovery, reading a table at
// the start or at an import, and its memory. Prints figures and asserts nothing.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "discovery/discovery.h"
#include "discovery/known_providers.h"
#include "discovery/provider_text.h"
#include "played_network.h"

namespace gatepost::discovery {
namespace {

// As large as an import may be.
std::string large_table() {
    std::string text = "origin files Files.\n";
    for (int i = 0;; ++i) {
        const std::string name = "provider-" + std::to_string(i) + ".example";
        const std::string entry = "provider " + name + "\n    name Provider\n    from files\n" +
                                  "    domains " + name + " mail." + name + "\n    mx " + name +
                                  "\n    imap imap." + name + " 993 tls address password\n";
        if (text.size() + entry.size() > max_imported_bytes) return text;
        text += entry;
    }
}

double heap_bytes() {
    return static_cast<double>(::mallinfo2().uordblks);
}

void by_domain(benchmark::State& state) {
    const KnownProviders known;
    for (auto _ : state)
        benchmark::DoNotOptimize(known.by_domain("fastmail.fm"));
}
BENCHMARK(by_domain);

void by_mx(benchmark::State& state) {
    const KnownProviders known;
    for (auto _ : state)
        benchmark::DoNotOptimize(known.by_mx("alt1.aspmx.l.google.com"));
}
BENCHMARK(by_mx);

// From the address as text to the report, with everything that the sources that were not asked say.
void discovery_of_a_table_hit(benchmark::State& state) {
    PlayedResolver dns;
    PlayedHttps https;
    DiscoveryOptions options;
    options.probe = false;
    PlayedProber prober;
    Discovery discovery(dns, https, prober, options);
    boost::asio::io_context context;
    for (auto _ : state) {
        Report report;
        boost::asio::co_spawn(context, discovery.discover(*parse_address("alice@gmail.com")),
                              [&](std::exception_ptr, Report done) { report = std::move(done); });
        context.restart();
        context.run();
        if (!report.proven) state.SkipWithError("no hit");
    }
}
BENCHMARK(discovery_of_a_table_hit);

void reading(benchmark::State& state, std::string_view text) {
    std::size_t domains = 0;
    const double before = heap_bytes();
    {
        const auto table = ProviderTable::parse(text).value();
        state.counters["heap_KiB"] = (heap_bytes() - before) / 1024;
        domains = table.domains();
    }
    for (auto _ : state)
        benchmark::DoNotOptimize(ProviderTable::parse(text));
    state.counters["domains"] = static_cast<double>(domains);
    state.counters["text_KiB"] = static_cast<double>(text.size()) / 1024;
}

void reading_the_compiled_in_table(benchmark::State& state) {
    reading(state, compiled_in_provider_text());
}
BENCHMARK(reading_the_compiled_in_table)->Unit(benchmark::kMillisecond);

void reading_the_largest_import(benchmark::State& state) {
    reading(state, large_table());
}
BENCHMARK(reading_the_largest_import)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace gatepost::discovery

BENCHMARK_MAIN();
