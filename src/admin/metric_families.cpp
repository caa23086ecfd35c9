#include "admin/metric_families.hpp"

#include <verohook/base/result.hpp>

#include <limits>

namespace verohook::admin {

Families& Families::begin(std::string name, std::string help, prometheus::MetricType type) {
    families_.push_back({std::move(name), std::move(help), type, {}});
    return *this;
}

Families& Families::counter(std::string name, std::string help) {
    VEROHOOK_CHECK(name.ends_with("_total"));
    return begin(std::move(name), std::move(help), prometheus::MetricType::Counter);
}

Families& Families::gauge(std::string name, std::string help) {
    return begin(std::move(name), std::move(help), prometheus::MetricType::Gauge);
}

Families& Families::histogram(std::string name, std::string help) {
    return begin(std::move(name), std::move(help), prometheus::MetricType::Histogram);
}

Families& Families::add(double value, Labels labels) {
    prometheus::MetricFamily& family = families_.back();
    prometheus::ClientMetric metric;
    metric.label = std::move(labels);
    metric.counter.value = value;
    metric.gauge.value = value;
    family.metric.push_back(std::move(metric));
    return *this;
}

Families& Families::add(std::uint64_t value, Labels labels) {
    return add(static_cast<double>(value), std::move(labels));
}

Families& Families::add(const std::optional<Timestamp>& at, Labels labels) {
    return at ? add(unix_seconds(*at), std::move(labels)) : *this;
}

Families& Families::add(const Distribution& distribution, double divisor) {
    prometheus::ClientMetric metric;
    prometheus::ClientMetric::Histogram& histogram = metric.histogram;
    histogram.sample_sum = static_cast<double>(distribution.sum) / divisor;
    for (std::size_t index = 0; index < distribution.counts.size(); ++index) {
        histogram.sample_count += distribution.counts[index];
        const bool is_last = index == distribution.bounds.size();
        const double bound = is_last ? std::numeric_limits<double>::infinity()
                                     : static_cast<double>(distribution.bounds[index]) / divisor;
        histogram.bucket.push_back({histogram.sample_count, bound});
    }
    families_.back().metric.push_back(std::move(metric));
    return *this;
}

std::vector<prometheus::MetricFamily> Families::take() {
    std::erase_if(families_, [](const auto& family) { return family.metric.empty(); });
    return std::exchange(families_, {});
}

}  // namespace verohook::admin
