#include "daemon/metrics.h"

#include "core/secret_memory.h"
#include "daemon/account_states.h"
#include "daemon/exposition.h"
#include "daemon/process_stats.h"
#include "daemon/reactor_sum.h"

namespace gatepost::daemon {
namespace {

using Health = connector::Connector::Health;
using imap::ReactorStats;

double sum(const Health& health, std::uint64_t ReactorStats::*figure) {
    return static_cast<double>(sum_of(health, figure));
}

void add_accounts(Exposition& text, const Health& health) {
    text.gauge("gatepost_accounts", "Accounts by state.");
    for (const connector::AccountState state : account_states) {
        text.sample(static_cast<double>(count_of(health, state)),
                    {{"state", connector::name_of(state)}});
    }
}

void add_sessions(Exposition& text, const Health& health) {
    text.gauge("gatepost_sessions", "IMAP sessions at providers by state.");
    text.sample(sum(health, &ReactorStats::sessions_idle), {{"state", "idle"}});
    text.sample(sum(health, &ReactorStats::sessions_leased), {{"state", "leased"}});
    text.sample(sum(health, &ReactorStats::sessions_connecting), {{"state", "connecting"}});
    text.counter("gatepost_leases_total", "Sessions handed to clients of imap.sock.");
    text.sample(sum(health, &ReactorStats::leases));
    text.counter("gatepost_sign_ins_total", "Sign-ins at providers by result.");
    text.sample(sum(health, &ReactorStats::sign_ins_ok), {{"result", "ok"}});
    text.sample(sum(health, &ReactorStats::sign_ins_refused), {{"result", "refused"}});
    text.sample(sum(health, &ReactorStats::sign_ins_failed), {{"result", "failed"}});
    text.counter("gatepost_relayed_bytes_total", "Bytes relayed between clients and providers.");
    text.sample(sum(health, &ReactorStats::relayed_bytes_to_client), {{"direction", "to_client"}});
    text.sample(sum(health, &ReactorStats::relayed_bytes_to_provider),
                {{"direction", "to_provider"}});
}

void add_reactors(Exposition& text, const Health& health) {
    text.gauge("gatepost_reactor_stall_seconds",
               "How late a reactor's timer was at worst since the start.");
    for (std::size_t i = 0; i < health.reactors.size(); ++i) {
        const std::chrono::duration<double> stall = health.reactors[i].longest_stall;
        text.sample(stall.count(), {{"reactor", std::to_string(i)}});
    }
}

void add_vault(Exposition& text, const Health& health) {
    text.gauge("gatepost_vault_writable", "1 unless the last write failed for want of disk.");
    text.sample(health.vault_writable ? 1 : 0);
    text.gauge("gatepost_vault_damaged_records", "Stored accounts that cannot be read.");
    text.sample(static_cast<double>(health.damaged.size()));
}

void add_check(Exposition& text, const VaultJobs::Check* check) {
    if (check == nullptr) return;
    const std::chrono::duration<double> at = check->at.time_since_epoch();
    text.gauge("gatepost_vault_last_check_timestamp_seconds",
               "When the last check of the vault ended.");
    text.sample(at.count());
    text.gauge("gatepost_vault_last_check_whole", "1 unless the last check has found damage.");
    text.sample(check->report.is_whole() ? 1 : 0);
}

void add_secrets(Exposition& text) {
    const SecretMemory::Extent extent = SecretMemory::extent();
    text.gauge("gatepost_secret_memory_bytes", "Memory set aside for open secrets.");
    text.sample(static_cast<double>(extent.locked), {{"locked", "yes"}});
    text.sample(static_cast<double>(extent.unlocked), {{"locked", "no"}});
}

void add_events(Exposition& text, const Health& health) {
    text.counter("gatepost_events_total", "Changes of accounts and mailboxes that were told.");
    text.sample(static_cast<double>(health.events));
    text.gauge("gatepost_event_readers", "Clients that are reading events.");
    text.sample(static_cast<double>(health.event_readers));
}

void add_requests(Exposition& text, const AccessLog::Counts& requests) {
    text.counter("gatepost_http_requests_total", "Requests answered by method and status.");
    for (const auto& [key, count] : requests) {
        text.sample(static_cast<double>(count),
                    {{"method", key.first}, {"status", std::to_string(key.second)}});
    }
}

void add_discoveries(Exposition& text, const std::map<std::string, std::uint64_t>& discoveries) {
    text.counter("gatepost_discoveries_total", "Discoveries that callers asked for by outcome.");
    for (const auto& [outcome, count] : discoveries)
        text.sample(static_cast<double>(count), {{"outcome", outcome}});
}

std::vector<Exposition::Bucket> buckets_of(const discovery::SourceStats::OfSource& source) {
    std::vector<Exposition::Bucket> buckets;
    for (std::size_t i = 0; i < source.within.size(); ++i) {
        const std::chrono::duration<double> bound = discovery::SourceStats::bounds[i];
        buckets.push_back({bound.count(), source.within[i]});
    }
    return buckets;
}

void add_sources(Exposition& text, const discovery::SourceStats& stats) {
    text.counter("gatepost_discovery_answers_total", "What the sources of discovery answered.");
    for (std::size_t source = 0; source < discovery::source_count; ++source) {
        const auto kind = static_cast<discovery::SourceKind>(source);
        for (std::size_t outcome = 0; outcome < discovery::outcome_count; ++outcome) {
            text.sample(static_cast<double>(stats.of(kind).outcomes[outcome]),
                        {{"source", name_of(kind)},
                         {"outcome", name_of(static_cast<discovery::Outcome>(outcome))}});
        }
    }
    text.histogram("gatepost_discovery_answer_seconds",
                   "How long the sources of discovery took, but those that were skipped.");
    for (std::size_t i = 0; i < discovery::source_count; ++i) {
        const auto kind = static_cast<discovery::SourceKind>(i);
        const discovery::SourceStats::OfSource& source = stats.of(kind);
        const std::chrono::duration<double> took = source.took;
        text.samples(buckets_of(source), source.answered, took.count(), {"source", name_of(kind)});
    }
}

void add_memory(Exposition& text, const discovery::CachedDiscovery::Stats& stats) {
    text.counter("gatepost_discovery_lookups_total",
                 "How discoveries of domains that no table knows came by their report.");
    text.sample(static_cast<double>(stats.asked), {{"by", "asking"}});
    text.sample(static_cast<double>(stats.joined), {{"by", "joining"}});
    text.sample(static_cast<double>(stats.hits), {{"by", "memory"}});
    text.gauge("gatepost_discovery_reports_kept", "Reports in memory.");
    text.sample(static_cast<double>(stats.kept));
}

void add_process(Exposition& text, const ProcessStats& stats) {
    text.counter("process_cpu_seconds_total", "Processor time, user and system.");
    text.sample(stats.cpu_seconds);
    text.gauge("process_resident_memory_bytes", "Resident memory.");
    text.sample(stats.resident_bytes);
    text.gauge("process_virtual_memory_bytes", "Virtual memory.");
    text.sample(stats.virtual_bytes);
    text.gauge("process_start_time_seconds", "When the process began, Unix time.");
    text.sample(stats.start_seconds);
    text.gauge("process_threads", "Threads.");
    text.sample(stats.threads);
    text.gauge("process_open_fds", "Open descriptors.");
    text.sample(stats.open_fds);
    text.gauge("process_max_fds", "How many descriptors may be open.");
    text.sample(stats.max_fds);
}

}  // namespace

std::string metrics_text(const Health& health, const VaultJobs::Check* check,
                         const AccessLog::Counts& requests,
                         const std::map<std::string, std::uint64_t>& discoveries,
                         const discovery::CachedDiscovery& discovery) {
    Exposition text;
    text.gauge("gatepost_build_info", "1, with the version as a label.");
    text.sample(1, {{"version", GATEPOST_VERSION}});
    add_accounts(text, health);
    add_sessions(text, health);
    add_reactors(text, health);
    add_vault(text, health);
    add_check(text, check);
    add_secrets(text);
    add_events(text, health);
    add_requests(text, requests);
    add_discoveries(text, discoveries);
    add_memory(text, discovery.stats());
    add_sources(text, discovery.sources());
    if (const auto process = process_stats()) add_process(text, *process);
    return std::move(text).text();
}

}  // namespace gatepost::daemon
