#pragma once

#include "base/histogram.hpp"

#include <verohook/base/time.hpp>

#include <prometheus/metric_family.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// For this module's sources alone.
namespace verohook::admin {

/// Since 1970.
[[nodiscard]] inline double unix_seconds(Timestamp at) {
    return std::chrono::duration<double>(at.time_since_epoch()).count();
}

/// Puts metric families together, one after the other.
class Families {
public:
    using Labels = std::vector<prometheus::ClientMetric::Label>;

    /// Begins a family, which has no sample yet. A counter's name ends in `_total`.
    Families& counter(std::string name, std::string help);
    Families& gauge(std::string name, std::string help);
    Families& histogram(std::string name, std::string help);

    /// A sample of the family that was begun last.
    Families& add(double value, Labels labels = {});
    Families& add(std::uint64_t value, Labels labels = {});
    Families& add(bool value) { return add(value ? 1.0 : 0.0); }
    /// As seconds since 1970; nothing: there is no sample.
    Families& add(const std::optional<Timestamp>& at, Labels labels = {});
    /// Its values are divided by `divisor`, to come to the base unit.
    Families& add(const Distribution& distribution, double divisor);

    /// Without those that have no sample.
    [[nodiscard]] std::vector<prometheus::MetricFamily> take();

private:
    Families& begin(std::string name, std::string help, prometheus::MetricType type);

    std::vector<prometheus::MetricFamily> families_;
};

}  // namespace verohook::admin
