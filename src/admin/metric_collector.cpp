#include "admin/metric_collector.hpp"

#include "admin/process_usage.hpp"
#include "base/refusal_reasons.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace verohook::admin {

namespace {

constexpr double micros_in_second = 1e6;

/// Every answer that the webhook's port gives. All are shown from the start, since what appears
/// with its first count shows no increase.
constexpr std::array<std::pair<unsigned, std::string_view>, 24> known_answers{{
    {200, "accepted"},
    {200, "duplicate"},
    {200, "unrecognized"},
    {200, "test"},
    {400, "malformed_json"},
    {400, "bad_request"},
    {401, refusal_reason::missing_secret},
    {401, refusal_reason::wrong_secret},
    {401, refusal_reason::proxied},
    {403, "forbidden"},
    {404, "not_found"},
    {404, refusal_reason::wrong_secret},
    {405, "method_not_allowed"},
    {408, "timeout"},
    {413, "body_too_large"},
    {415, "unsupported_encoding"},
    {417, "bad_request"},
    {431, "head_too_large"},
    {501, "bad_request"},
    {503, "full"},
    {503, "stopping"},
    {503, "too_many_connections"},
    {503, "unavailable"},
    {505, "bad_request"},
}};

}  // namespace

std::vector<prometheus::MetricFamily> Metrics::Collector::Collect() const {
    const Status status =
        collect_readable(sources_.journal, delivery_, sources_.sinks.all(), sources_.clock.now());
    Families families;
    families.gauge("verohook_ready", "1 while events can be taken, as /readyz says.")
        .add(sources_.health.ready());
    collect_requests(families);
    collect_events(families);
    collect_journal(families, status);
    collect_disk(families);
    collect_sinks(families, status);
    collect_process(families);
    return families.take();
}

void Metrics::Collector::collect_requests(Families& families) const {
    const http::Traffic traffic = sources_.webhooks.traffic();
    std::map<std::pair<unsigned, std::string_view>, std::uint64_t> answers;
    for (const auto& [status, reason] : known_answers) {
        answers[{status, reason}] = 0;
    }
    std::map<std::string_view, std::uint64_t> failures;
    for (const http::Traffic::Answers& each : traffic.answers) {
        answers[{each.status, each.reason}] += each.count;
        failures[each.reason] += each.count;
    }
    families.counter("verohook_http_requests_total",
                     "Requests at the webhook's port, by status and reason of the answer.");
    for (const auto& [answer, count] : answers) {
        families.add(count, {{"status", std::to_string(answer.first)},
                             {"reason", std::string(answer.second)}});
    }
    families
        .histogram("verohook_http_request_duration_seconds",
                   "From a request's last byte to its answer.")
        .add(traffic.latency, micros_in_second);
    families.counter("verohook_authentication_failures_total",
                     "Requests without a valid secret, by reason.");
    for (const std::string_view reason : refusal_reason::authentication) {
        families.add(failures[reason], {{"reason", std::string(reason)}});
    }
    const http::ServerCounters& counters = sources_.webhooks.counters();
    families.gauge("verohook_http_connections", "Open connections at the webhook's port.")
        .add(counters.connections_open.load())
        .counter("verohook_http_connections_accepted_total", "Connections that were accepted.")
        .add(counters.connections_accepted.load())
        .counter("verohook_http_connections_refused_total",
                 "Connections that were too many: answered 503 and closed.")
        .add(counters.connections_refused.load())
        .counter("verohook_http_accept_pauses_total",
                 "Times that accepting paused, out of file descriptors or memory.")
        .add(counters.accept_pauses.load());
}

void Metrics::Collector::collect_events(Families& families) const {
    const event::EventCounts& events = sources_.events;
    families.counter("verohook_events_total", "Stored events, duplicates too, by type.");
    const auto& types = event::known_types();
    for (std::size_t type = 0; type < types.size(); ++type) {
        families.add(events.of_type(type), {{"type", std::string(types[type])}});
    }
    families.add(events.unrecognized(), {{"type", "unrecognized"}});
    families
        .counter("verohook_duplicate_events_total",
                 "Stored events that repeat an earlier one; they count as events too.")
        .add(events.duplicates())
        .counter("verohook_malformed_bodies_total", "Stored bodies that are no event.")
        .add(events.malformed())
        .counter("verohook_test_events_total",
                 "Stored test events, as doctor sends them; they count as nothing else.")
        .add(events.tests())
        .gauge("verohook_last_webhook_timestamp_seconds",
               "When the newest body came that is no test event; absent while there is none.")
        .add(sources_.silence.last_webhook())
        .gauge("verohook_webhook_silence",
               "1 while no webhook has come for longer than admin.webhook_silence.")
        .add(sources_.silence.silent_since().has_value());
}

void Metrics::Collector::collect_journal(Families& families, const Status& status) const {
    const journal::Health& health = status.journal.health;
    const journal::Measurements measured = sources_.journal.measurements();
    families.gauge("verohook_journal_writable", "1 while the journal takes events.")
        .add(health.writable)
        .histogram("verohook_journal_commit_duration_seconds", "Time of a whole commit.")
        .add(measured.commit, micros_in_second)
        .histogram("verohook_journal_sync_duration_seconds",
                   "Time of a commit's last step: it is written to the log and synced.")
        .add(measured.sync, micros_in_second)
        .histogram("verohook_journal_commit_events", "Bodies in a commit that has any.")
        .add(measured.batch, 1)
        .counter("verohook_journal_commit_failures_total", "Commits that failed.")
        .add(health.failures)
        .gauge("verohook_journal_queue_events", "Bodies that wait for the disk.")
        .add(std::uint64_t{health.queued})
        .gauge("verohook_journal_queue_bytes", "Their bytes.")
        .add(std::uint64_t{health.queued_bytes})
        .gauge("verohook_journal_events", "Stored bodies, of whatever kind.")
        .add(health.events())
        .gauge("verohook_journal_size_bytes", "Size of the stored bodies.")
        .add(health.used_bytes)
        .gauge("verohook_journal_size_limit_bytes", "Their bound, journal.retention_size.")
        .add(retention_bytes_max_.load())
        .gauge("verohook_journal_oldest_timestamp_seconds", "When the oldest stored body came.")
        .add(status.journal.oldest_at);
}

void Metrics::Collector::collect_disk(Families& families) const {
    if (const auto space = sources_.health.disk()) {
        families.gauge("verohook_disk_free_bytes", "Room on the journal's disk.")
            .add(std::uint64_t{space->available})
            .gauge("verohook_disk_size_bytes", "Size of the journal's disk.")
            .add(std::uint64_t{space->capacity});
    }
}

void Metrics::Collector::collect_process(Families& families) const {
    const ProcessUsage usage = measure_process();
    const auto add = [&](const char* name, const char* help, std::optional<std::uint64_t> value) {
        families.gauge(name, help);
        if (value) {
            families.add(*value);
        }
    };
    families.counter("process_cpu_seconds_total", "User and system CPU time.")
        .add(usage.cpu_seconds)
        .gauge("process_start_time_seconds", "When the process started.")
        .add(started_at_);
    add("process_resident_memory_bytes", "Resident memory.", usage.resident_bytes);
    add("process_virtual_memory_bytes", "Virtual memory.", usage.virtual_bytes);
    add("process_open_fds", "Open file descriptors.", usage.open_files);
    add("process_max_fds", "How many may be open.", usage.open_files_max);
    families
        .counter("verohook_log_messages_dropped_total",
                 "Lines of the program's own log that could not be written in time.")
        .add(sources_.log.dropped.load())
        .gauge("verohook_config_last_reload_successful",
               "1 unless the configuration could not be read anew when that was last tried.")
        .add(sources_.reloads.is_good())
        .gauge("verohook_config_last_reload_success_timestamp_seconds",
               "When the configuration in effect was read.")
        .add(std::optional(sources_.reloads.succeeded_at()));
    families.gauge("verohook_build_info", "Always 1; what was built, and with what.")
        .add(1.0, {{"version", version_}, {"compiler", __VERSION__}});
}

}  // namespace verohook::admin
