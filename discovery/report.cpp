#include "discovery/report.h"

#include <array>
#include <utility>

namespace gatepost::discovery {
namespace {

constexpr std::array<std::string_view, 8> source_names{
    "providers", "pacc", "autoconfig", "srv", "ispdb", "mx", "autodiscover", "guess"};
constexpr std::array<std::string_view, 6> outcome_names{"found",     "not_found", "failed",
                                                        "timed_out", "refused",   "skipped"};

}  // namespace

std::string_view name_of(SourceKind source) {
    return source_names.at(static_cast<std::size_t>(source));
}

std::string_view name_of(Outcome outcome) {
    return outcome_names.at(static_cast<std::size_t>(outcome));
}

Server server_of(const Settings& settings) {
    return {settings.host, settings.port, settings.security};
}

std::string text_of(const Server& server) {
    return server.host + ":" + std::to_string(server.port);
}

}  // namespace gatepost::discovery
