// Prometheus' text format 0.0.4: what GET /metrics answers. Pure.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatepost::daemon {

class Exposition {
  public:
    /// The metric that the samples below belong to. Counters have names that end in _total.
    void counter(std::string_view name, std::string_view help);
    void gauge(std::string_view name, std::string_view help);
    /// Its samples are histogram()'s.
    void histogram(std::string_view name, std::string_view help);

    using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;
    void sample(double value, Labels labels = {});

    struct Bucket {
        double bound;         ///< upper, inclusive
        std::uint64_t count;  ///< of all observations up to it
    };
    /// @param count of all observations; @param sum of their values
    void samples(const std::vector<Bucket>& buckets, std::uint64_t count, double sum,
                 const std::pair<std::string_view, std::string_view>& label);

    [[nodiscard]] std::string text() && { return std::move(text_); }

  private:
    void sample_of(std::string_view suffix, double value, Labels labels);
    void begin(std::string_view name, std::string_view help, std::string_view type);

    std::string text_;
    std::string name_;
};

}  // namespace gatepost::daemon
