#pragma once

#include <prometheus/serializer.h>

/// For this module's sources alone.
namespace verohook::admin {

/// The OpenMetrics text format 1.0, which prometheus-cpp does not write:
/// https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md
/// Counters, gauges and histograms; a gauge whose name ends in `_info` becomes an info.
class OpenMetricsSerializer final : public prometheus::Serializer {
public:
    using Serializer::Serialize;
    void Serialize(std::ostream& out,
                   const std::vector<prometheus::MetricFamily>& families) const override;
};

}  // namespace verohook::admin
