#include "admin/status.hpp"

#include "admin/health.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace verohook::admin {

namespace {

/// What a status is made of, wherever it comes from.
struct Parts {
    journal::Health health;
    std::map<std::string, journal::Seq> positions;
    std::map<std::string, std::uint64_t> letters;
    std::vector<delivery::SinkStatus> workers = {};
};

/// When the first record after `after` came; nothing: there is none, or it cannot be read now.
template <class Reader>
std::optional<Timestamp> arrival_after(Reader& reader, journal::Seq after) {
    const auto records = reader.read(after, {.records_max = 1, .bytes_max = 1});
    if (!records || records->empty()) {
        return std::nullopt;
    }
    return records->front()->received_at;
}

SinkReport report_of(const KnownSink& known, const Parts& parts) {
    SinkReport report{.name = known.name, .kind = known.kind, .state = "stopped"};
    if (const auto found = parts.positions.find(known.name); found != parts.positions.end()) {
        report.position = found->second;
    }
    if (const auto found = parts.letters.find(known.name); found != parts.letters.end()) {
        report.dead = found->second;
    }
    if (known.kind.empty() || !known.enabled) {
        report.state = known.kind.empty() ? "not configured" : "disabled";
        return report;
    }
    const auto worker = std::find_if(parts.workers.begin(), parts.workers.end(),
                                     [&](const auto& each) { return each.name == known.name; });
    if (worker != parts.workers.end()) {
        report.state = state_text(worker->state);
        report.position = worker->position;
        report.delivered = worker->delivered;
        report.filtered = worker->filtered;
        report.retries = worker->retries;
        report.missed = worker->missed;
        report.rejected = worker->dead;
        report.last_error = worker->last_error;
        report.last_error_at = worker->last_error_at;
        report.last_success = worker->last_success;
        report.tasks = worker->tasks;
    }
    const journal::Seq position = report.position.value_or(0);
    report.lag_events = parts.health.events_after(position);
    return report;
}

template <class Reader>
Status assemble(const Parts& parts, const std::vector<KnownSink>& known, Reader& reader,
                Timestamp now) {
    Status status;
    status.at = now;
    status.journal.health = parts.health;
    if (parts.health.newest != 0) {
        status.journal.oldest_at = arrival_after(reader, 0);
        status.journal.newest_at = arrival_after(reader, parts.health.newest - 1);
    }
    std::vector<KnownSink> all = known;
    std::set<std::string> others;
    for (const auto& [name, ignored] : parts.positions) {
        others.insert(name);
    }
    for (const auto& [name, ignored] : parts.letters) {
        others.insert(name);
    }
    for (const KnownSink& sink : known) {
        others.erase(sink.name);
    }
    for (const std::string& name : others) {
        all.push_back({.name = name, .kind = "", .enabled = false});
    }
    for (const KnownSink& sink : all) {
        SinkReport report = report_of(sink, parts);
        if (report.lag_events) {
            using std::chrono::milliseconds;
            const auto arrival = *report.lag_events == 0
                                     ? std::nullopt
                                     : arrival_after(reader, report.position.value_or(0));
            const auto age = std::chrono::duration_cast<milliseconds>(now - arrival.value_or(now));
            report.lag = std::max(age, milliseconds{0});
        }
        status.sinks.push_back(std::move(report));
    }
    return status;
}

Status assemble_running(journal::Journal& journal, const delivery::Delivery* delivery,
                        const std::vector<KnownSink>& known, Timestamp now,
                        std::map<std::string, std::uint64_t> letters) {
    Parts parts{journal.health(), journal.positions(), std::move(letters)};
    if (delivery != nullptr) {
        parts.workers = delivery->status();
    }
    Status status = assemble(parts, known, journal, now);
    status.running = true;
    return status;
}

}  // namespace

Result<Status> collect(journal::Journal& journal, const delivery::Delivery* delivery,
                       const std::vector<KnownSink>& known, Timestamp now) {
    auto letters = journal.letter_counts();
    if (!letters) {
        return letters.error();
    }
    return assemble_running(journal, delivery, known, now, std::move(*letters));
}

Status collect_readable(journal::Journal& journal, const delivery::Delivery* delivery,
                        const std::vector<KnownSink>& known, Timestamp now) {
    auto letters = journal.letter_counts();
    Status status =
        assemble_running(journal, delivery, known, now,
                         letters ? std::move(*letters) : std::map<std::string, std::uint64_t>{});
    status.letters_read = letters.has_value();
    return status;
}

Result<Status> collect(journal::JournalReader& reader, const std::vector<KnownSink>& known,
                       Timestamp now) {
    auto health = reader.health();
    if (!health) {
        return health.error();
    }
    auto positions = reader.positions();
    if (!positions) {
        return positions.error();
    }
    auto letters = reader.letter_counts();
    if (!letters) {
        return letters.error();
    }
    return assemble({std::move(*health), std::move(*positions), std::move(*letters)}, known, reader,
                    now);
}

}  // namespace verohook::admin
