#pragma once

#include "admin/health.hpp"
#include "admin/known_sinks.hpp"
#include "admin/reloading.hpp"
#include "base/log_counts.hpp"
#include "event/counts.hpp"
#include "http/server.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace verohook::admin {

/// Where the metrics come from. All outlive the metrics.
struct MetricSources {
    const http::Server& webhooks;
    const event::EventCounts& events;
    journal::Journal& journal;
    const Health& health;
    const SilenceWatch& silence;
    const log::Counts& log;
    const ReloadState& reloads;
    const KnownSinks& sinks;
    const Clock& clock;
};

/// What `/metrics` shows. Nothing is kept here: every number is fetched where it is counted.
class Metrics {
public:
    /// `retention_bytes_max`: the bound of the journal's size.
    Metrics(const MetricSources& sources, std::string version, std::uint64_t retention_bytes_max);
    ~Metrics();

    /// From now on there are sinks to be told of; `delivery` outlives the use of this.
    void watch(const delivery::Delivery& delivery);

    /// From the next scrape on.
    void set_retention_bytes_max(std::uint64_t bytes);

    /// In Prometheus' text format or as OpenMetrics, whichever `accept` (a request's header) wants
    /// more. May read the journal's file. Any thread that may block.
    [[nodiscard]] http::Response answer(std::string_view accept) const;

private:
    class Collector;
    std::unique_ptr<Collector> collector_;
};

/// Whether a value of `Accept` (RFC 9110, section 12.5.1) wants OpenMetrics rather than text.
[[nodiscard]] bool prefers_open_metrics(std::string_view accept);

}  // namespace verohook::admin
