#include "admin/json.hpp"
#include "admin/sink_json.hpp"

#include <cmath>
#include <utility>

namespace verohook::admin {

namespace {

constexpr std::string_view schema = "verohook.status.v1";

Json task_json(const delivery::TaskStatus& task) {
    return {{"id", task.id},
            {"what", task.what},
            {"sink", task.sink},
            {"state", delivery::to_text(task.state)},
            {"first", task.first},
            {"last", task.last},
            {"position", task.position},
            {"delivered", task.delivered},
            {"rejected", task.rejected},
            {"filtered", task.filtered},
            {"missing", task.missing},
            {"retries", task.retries},
            {"last_error", task.last_error}};
}

std::optional<delivery::TaskStatus> task_of(const Json& json) {
    const auto state = delivery::parse_task_state(text_of(json, "state"));
    if (!state) {
        return std::nullopt;
    }
    delivery::TaskStatus task;
    task.id = number_of(json, "id");
    task.what = text_of(json, "what");
    task.sink = text_of(json, "sink");
    task.state = *state;
    task.first = number_of(json, "first");
    task.last = number_of(json, "last");
    task.position = number_of(json, "position");
    task.delivered = number_of(json, "delivered");
    task.rejected = number_of(json, "rejected");
    task.filtered = number_of(json, "filtered");
    task.missing = number_of(json, "missing");
    task.retries = number_of(json, "retries");
    task.last_error = text_of(json, "last_error");
    return task;
}

Json journal_json(const JournalReport& journal) {
    return {
        {"oldest", journal.health.oldest},           {"newest", journal.health.newest},
        {"oldest_at", time_json(journal.oldest_at)}, {"newest_at", time_json(journal.newest_at)},
        {"used_bytes", journal.health.used_bytes},   {"writable", journal.health.writable},
        {"problem", journal.health.problem}};
}

std::optional<std::uint64_t> optional_number(const Json& json, const char* name) {
    const auto found = json.find(name);
    if (found == json.end() || !found->is_number_unsigned()) {
        return std::nullopt;
    }
    return found->get<std::uint64_t>();
}

SinkReport sink_of(const Json& json) {
    SinkReport sink;
    sink.name = text_of(json, "name");
    sink.kind = text_of(json, "kind");
    sink.state = text_of(json, "state");
    sink.position = optional_number(json, "position");
    sink.lag_events = optional_number(json, "lag_events");
    if (const auto lag = json.find("lag_seconds"); lag != json.end() && lag->is_number()) {
        sink.lag = std::chrono::milliseconds(std::llround(lag->get<double>() * 1000.0));
    }
    sink.delivered = number_of(json, "delivered");
    sink.filtered = number_of(json, "filtered");
    sink.retries = number_of(json, "retries");
    sink.missed = number_of(json, "missed");
    sink.dead = number_of(json, "dead_letters");
    sink.last_error = text_of(json, "last_error");
    sink.last_error_at = time_of(json, "last_error_at");
    sink.last_success = time_of(json, "last_success");
    if (const auto tasks = json.find("tasks"); tasks != json.end() && tasks->is_array()) {
        for (const Json& each : *tasks) {
            if (auto task = task_of(each)) {
                sink.tasks.push_back(std::move(*task));
            }
        }
    }
    return sink;
}

}  // namespace

Json sink_json(const SinkReport& sink) {
    Json tasks = Json::array();
    for (const delivery::TaskStatus& task : sink.tasks) {
        tasks.push_back(task_json(task));
    }
    Json json = {{"name", sink.name},
                 {"kind", sink.kind.empty() ? Json() : Json(sink.kind)},
                 {"state", sink.state},
                 {"position", sink.position ? Json(*sink.position) : Json()},
                 {"lag_events", sink.lag_events ? Json(*sink.lag_events) : Json()},
                 {"lag_seconds", Json()},
                 {"delivered", sink.delivered},
                 {"filtered", sink.filtered},
                 {"retries", sink.retries},
                 {"missed", sink.missed},
                 {"dead_letters", sink.dead},
                 {"last_error", sink.last_error},
                 {"last_error_at", time_json(sink.last_error_at)},
                 {"last_success", time_json(sink.last_success)},
                 {"tasks", std::move(tasks)}};
    if (sink.lag) {
        json["lag_seconds"] = static_cast<double>(sink.lag->count()) / 1000.0;
    }
    return json;
}

std::string to_json(const Status& status) {
    Json sinks = Json::array();
    for (const SinkReport& sink : status.sinks) {
        sinks.push_back(sink_json(sink));
    }
    return dump({{"schema", schema},
                 {"running", status.running},
                 {"at", format_micros(status.at)},
                 {"journal", journal_json(status.journal)},
                 {"sinks", std::move(sinks)}});
}

Result<Status> parse_status(std::string_view text) {
    const Json json = parse_object(text);
    const auto sinks = json.find("sinks");
    const auto journal = json.find("journal");
    if (text_of(json, "schema") != schema || sinks == json.end() || !sinks->is_array() ||
        journal == json.end()) {
        return Error{ErrorCode::unavailable, "the daemon's status is not of this version"};
    }
    Status status;
    status.running = flag_of(json, "running");
    status.at = time_of(json, "at").value_or(Timestamp{});
    status.journal.health.oldest = number_of(*journal, "oldest");
    status.journal.health.newest = number_of(*journal, "newest");
    status.journal.health.used_bytes = number_of(*journal, "used_bytes");
    status.journal.health.writable = flag_of(*journal, "writable");
    status.journal.health.problem = text_of(*journal, "problem");
    status.journal.oldest_at = time_of(*journal, "oldest_at");
    status.journal.newest_at = time_of(*journal, "newest_at");
    for (const Json& sink : *sinks) {
        status.sinks.push_back(sink_of(sink));
    }
    return status;
}

std::string to_json(const delivery::TaskStatus& status) {
    return dump(task_json(status));
}

Result<delivery::TaskStatus> parse_task(std::string_view text) {
    auto task = task_of(parse_object(text));
    if (!task) {
        return Error{ErrorCode::unavailable, "the daemon's answer is not of this version"};
    }
    return std::move(*task);
}

}  // namespace verohook::admin
