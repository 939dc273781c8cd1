#include "discovery/source_stats.h"

namespace gatepost::discovery {

void SourceStats::record(const Report& report) {
    for (const Evidence& evidence : report.evidence) {
        OfSource& source = sources_[static_cast<std::size_t>(evidence.source)];
        ++source.outcomes[static_cast<std::size_t>(evidence.outcome)];
        if (evidence.outcome == Outcome::skipped) continue;
        ++source.answered;
        source.took += evidence.took;
        for (std::size_t bucket = 0; bucket < bounds.size(); ++bucket) {
            if (evidence.took <= bounds[bucket]) ++source.within[bucket];
        }
    }
}

}  // namespace gatepost::discovery
