#pragma once

#include "admin/metric_families.hpp"
#include "admin/metrics.hpp"

#include <prometheus/collectable.h>

#include <atomic>

/// For this module's sources alone.
namespace verohook::admin {

/// Puts the numbers that the program's parts have counted into prometheus-cpp's form, anew for each
/// scrape; docs/metrics.md says what each of them means.
class Metrics::Collector final : public prometheus::Collectable {
public:
    Collector(const MetricSources& sources, std::string version, std::uint64_t retention_bytes_max)
        : sources_(sources),
          version_(std::move(version)),
          retention_bytes_max_(retention_bytes_max),
          started_at_(sources.clock.now()) {}

    void watch(const delivery::Delivery& delivery) { delivery_ = &delivery; }
    void set_retention_bytes_max(std::uint64_t bytes) { retention_bytes_max_ = bytes; }
    [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

private:
    void collect_requests(Families& families) const;
    void collect_events(Families& families) const;
    void collect_journal(Families& families, const Status& status) const;
    void collect_disk(Families& families) const;
    void collect_process(Families& families) const;

    const MetricSources sources_;
    const std::string version_;
    std::atomic<std::uint64_t> retention_bytes_max_;
    const Timestamp started_at_;
    std::atomic<const delivery::Delivery*> delivery_{nullptr};
};

void collect_sinks(Families& families, const Status& status);

}  // namespace verohook::admin
