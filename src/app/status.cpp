#include "app/commands.hpp"
#include "app/control.hpp"
#include "app/exit_status.hpp"
#include "app/settings.hpp"
#include "app/text_table.hpp"
#include "base/text.hpp"

#include <cstdio>
#include <string>

#include <unistd.h>

namespace verohook::app {

namespace {

std::string_view state_colour(const admin::SinkReport& sink) {
    if (sink.state == "retrying") {
        return "\x1b[31m";
    }
    if (sink.state == "idle" || sink.state == "delivering") {
        return "\x1b[32m";
    }
    return "\x1b[33m";
}

long long seconds_between(Timestamp from, Timestamp to) {
    return std::chrono::duration_cast<std::chrono::seconds>(to - from).count();
}

std::string ago(const std::optional<Timestamp>& at, Timestamp now) {
    return at ? span_text(std::max(0LL, seconds_between(*at, now))) + " ago" : "-";
}

std::string count_or_dash(const std::optional<std::uint64_t>& count) {
    return count ? with_thousands(*count) : "-";
}

std::string lag_text(const admin::SinkReport& sink) {
    if (!sink.lag) {
        return "-";
    }
    return span_text(std::chrono::duration_cast<std::chrono::seconds>(*sink.lag).count());
}

std::string task_text(const delivery::TaskStatus& task) {
    std::string text = task.what + " " + std::to_string(task.id) + " " +
                       std::string(delivery::to_text(task.state)) + ": ";
    if (task.last >= task.first && task.first != 0) {
        text += "at " + with_thousands(task.position) + " of " + with_thousands(task.first) +
                " to " + with_thousands(task.last) + ", ";
    }
    text += with_thousands(task.delivered) + " delivered, " + with_thousands(task.rejected) +
            " rejected";
    return text + (task.last_error.empty() ? "" : "; " + printable(task.last_error, 200));
}

std::string head_text(const admin::Status& status) {
    const journal::Health& health = status.journal.health;
    std::string text = status.running ? "verohook is running" : "verohook is stopped";
    if (health.newest == 0) {
        return text + "; the journal is empty\n";
    }
    text += "; the journal has the events " + with_thousands(health.oldest) + " to " +
            with_thousands(health.newest);
    if (status.journal.oldest_at && status.journal.newest_at) {
        text += ", " + format_seconds(*status.journal.oldest_at) + " to " +
                format_seconds(*status.journal.newest_at);
    }
    text += ", in " + bytes_text(health.used_bytes) + "\n";
    if (!health.writable) {
        text += "it takes no events: " + printable(health.problem) + "\n";
    }
    return text;
}

std::string table_text(const admin::Status& status, bool colour) {
    TextTable table({{"SINK"},
                     {"KIND"},
                     {"STATE"},
                     {"POSITION", Align::right},
                     {"LAG", Align::right},
                     {"BEHIND", Align::right},
                     {"RETRIES", Align::right},
                     {"DEAD", Align::right},
                     {"LAST SUCCESS"}});
    for (const admin::SinkReport& sink : status.sinks) {
        table.add({{printable(sink.name, 64)},
                   {sink.kind.empty() ? "-" : sink.kind},
                   {sink.state, colour ? state_colour(sink) : ""},
                   {count_or_dash(sink.position)},
                   {count_or_dash(sink.lag_events)},
                   {lag_text(sink)},
                   {status.running && !sink.kind.empty() ? with_thousands(sink.retries) : "-"},
                   {with_thousands(sink.dead),
                    colour && sink.dead > 0 ? std::string_view("\x1b[31m") : std::string_view()},
                   {ago(sink.last_success, status.at)}});
        if (!sink.last_error.empty()) {
            table.note("last error, " + ago(sink.last_error_at, status.at) + ": " +
                       printable(sink.last_error, 200));
        }
        if (sink.missed > 0) {
            table.note(with_thousands(sink.missed) +
                       " events were gone from the journal before this sink came to them");
        }
        for (const delivery::TaskStatus& task : sink.tasks) {
            // Of those that have ended, the last one is news.
            if (!delivery::has_ended(task.state) || &task == &sink.tasks.back()) {
                table.note(task_text(task));
            }
        }
    }
    return status.sinks.empty() ? "there are no sinks\n" : table.text();
}

}  // namespace

int status(const StatusArguments& arguments) {
    const auto settings = load_settings(arguments.common.config);
    if (!settings) {
        return fail(exit_configuration, settings.error());
    }
    const auto status = find_status(*settings);
    if (!status) {
        return fail(exit_state, status.error());
    }
    const std::string text =
        arguments.json ? admin::to_json(*status) + "\n"
                       : head_text(*status) + table_text(*status, ::isatty(STDOUT_FILENO) == 1);
    std::fputs(text.c_str(), stdout);
    return exit_success;
}

}  // namespace verohook::app
