// What must hold of settings, whatever they were read from.
#pragma once

#include "core/settings.h"
#include "discovery/report.h"
#include "discovery/report_json.h"
#include "discovery/text.h"
#include "tests/fuzz/fuzz_target.h"

namespace gatepost::fuzz {

inline void require_good(const Settings& settings) {
    require(is_host_name(settings.host), "the host is a host name");
    require(settings.host == discovery::lower_case(settings.host), "the host is in lower case");
    require(settings.port != 0, "there is a port");
    require(!settings.username.empty(), "there is a user name");
    require(discovery::is_utf8(settings.username), "the user name is UTF-8");
    require(settings.username.find_first_of(std::string_view("\0\r\n", 3)) == std::string::npos,
            "the user name is one line");
    require(!settings.auth.empty(), "there is a way to sign in");
}

/// That it can be told as JSON, too.
inline void require_good(const discovery::Evidence& evidence) {
    require(evidence.candidates.empty() == (evidence.outcome != discovery::Outcome::found),
            "what is found has settings");
    for (const discovery::Candidate& candidate : evidence.candidates)
        require_good(candidate.settings);
    discovery::Report report;
    report.evidence = {evidence};
    discovery::to_json(report);
}

}  // namespace gatepost::fuzz
