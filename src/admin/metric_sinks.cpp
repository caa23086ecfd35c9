#include "admin/metric_collector.hpp"

#include <chrono>

namespace verohook::admin {

namespace {

/// One number of each sink that there is one of.
struct SinkMetric {
    bool is_counter;
    const char* name;
    const char* help;
    std::optional<double> (*value)(const SinkReport& sink);
};

double number(std::uint64_t value) {
    return static_cast<double>(value);
}

std::optional<double> seconds(const std::optional<Timestamp>& at) {
    return at ? std::optional(unix_seconds(*at)) : std::nullopt;
}

constexpr SinkMetric metrics[] = {
    {false, "verohook_sink_up",
     "1 unless the sink is in trouble: 0 while it retries or is stopped.",
     [](const SinkReport& sink) -> std::optional<double> {
         return sink.state == "retrying" || sink.state == "stopped" ? 0 : 1;
     }},
    {false, "verohook_sink_lag_events", "Events that came after the sink's position.",
     [](const SinkReport& sink) -> std::optional<double> {
         return sink.lag_events ? std::optional(number(*sink.lag_events)) : std::nullopt;
     }},
    {false, "verohook_sink_lag_seconds", "Age of the oldest of these.",
     [](const SinkReport& sink) -> std::optional<double> {
         using Seconds = std::chrono::duration<double>;
         return sink.lag ? std::optional(Seconds(*sink.lag).count()) : std::nullopt;
     }},
    {true, "verohook_sink_delivered_events_total", "Events that the sink has taken.",
     [](const SinkReport& sink) { return std::optional(number(sink.delivered)); }},
    {true, "verohook_sink_filtered_events_total",
     "Bodies that were left out: by filter, as duplicates, as malformed.",
     [](const SinkReport& sink) { return std::optional(number(sink.filtered)); }},
    {true, "verohook_sink_retries_total", "Attempts that failed and are made again.",
     [](const SinkReport& sink) { return std::optional(number(sink.retries)); }},
    {true, "verohook_sink_rejected_events_total", "Events that were put to the dead letters.",
     [](const SinkReport& sink) { return std::optional(number(sink.rejected)); }},
    {true, "verohook_sink_missed_events_total",
     "Bodies that were gone from the journal before the sink came to them.",
     [](const SinkReport& sink) { return std::optional(number(sink.missed)); }},
    {false, "verohook_sink_last_success_timestamp_seconds", "When the sink last took an event.",
     [](const SinkReport& sink) { return seconds(sink.last_success); }},
    {false, "verohook_sink_last_error_timestamp_seconds", "When an attempt last failed.",
     [](const SinkReport& sink) { return seconds(sink.last_error_at); }},
};

Families::Labels labels_of(const SinkReport& sink) {
    return {{"sink", sink.name}, {"kind", sink.kind}};
}

}  // namespace

void collect_sinks(Families& families, const Status& status) {
    for (const SinkMetric& metric : metrics) {
        if (metric.is_counter) {
            families.counter(metric.name, metric.help);
        } else {
            families.gauge(metric.name, metric.help);
        }
        for (const SinkReport& sink : status.sinks) {
            // One that gets nothing, since it is off or gone, has no lag, and none of these.
            const auto value = sink.lag_events ? metric.value(sink) : std::nullopt;
            if (value) {
                families.add(*value, labels_of(sink));
            }
        }
    }
    families.gauge("verohook_sink_dead_letters", "Dead letters that are kept.");
    for (const SinkReport& sink : status.sinks) {
        if (status.letters_read) {
            families.add(sink.dead, labels_of(sink));
        }
    }
}

}  // namespace verohook::admin
