// What became of the questions to each source, and how long the answers took: for metrics. Pure.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

#include "discovery/report.h"

namespace gatepost::discovery {

class SourceStats {
  public:
    /// Upper bounds of the histogram's buckets. From what a resolver nearby needs to what the
    /// deadline allows.
    static constexpr std::array<std::chrono::milliseconds, 9> bounds{
        std::chrono::milliseconds(5),    std::chrono::milliseconds(20),
        std::chrono::milliseconds(50),   std::chrono::milliseconds(100),
        std::chrono::milliseconds(200),  std::chrono::milliseconds(500),
        std::chrono::milliseconds(1000), std::chrono::milliseconds(2000),
        std::chrono::milliseconds(5000)};

    struct OfSource {
        std::array<std::uint64_t, outcome_count> outcomes{};
        /// Of those that were not skipped: how many took up to each bound, and in all.
        std::array<std::uint64_t, bounds.size()> within{};
        std::uint64_t answered = 0;
        std::chrono::milliseconds took{0};  ///< the sum
    };

    void record(const Report& report);
    [[nodiscard]] const OfSource& of(SourceKind source) const {
        return sources_[static_cast<std::size_t>(source)];
    }

  private:
    std::array<OfSource, source_count> sources_{};
};

}  // namespace gatepost::discovery
