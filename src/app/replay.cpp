#include "app/commands.hpp"
#include "app/control.hpp"
#include "app/exit_status.hpp"
#include "app/settings.hpp"
#include "app/since.hpp"
#include "base/text.hpp"
#include "delivery/batch.hpp"

#include <verohook/event/codec.hpp>

#include <algorithm>
#include <cstdio>
#include <string>

namespace verohook::app {

namespace {

/// A seq, or a moment; nothing where nothing was said.
Result<std::optional<delivery::Bound>> bound_of(const std::string& text, const char* option) {
    if (text.empty()) {
        return std::optional<delivery::Bound>{};
    }
    if (const auto seq = parse_number(text)) {
        return std::optional<delivery::Bound>(*seq);
    }
    const auto moment = parse_moment(option, text);
    if (!moment) {
        return Error{moment.error().code, moment.error().message + ", or a seq such as 1234"};
    }
    return std::optional<delivery::Bound>(*moment);
}

Result<admin::ReplayRequest> request_of(const ReplayArguments& arguments) {
    auto from = bound_of(arguments.from, "--from");
    auto to = bound_of(arguments.to, "--to");
    if (!from || !to) {
        return from ? to.error() : from.error();
    }
    const auto& known = event::known_types();
    for (const std::string& type : arguments.types) {
        // A misspelt one would quietly replay nothing.
        if (type != "unrecognized" && std::find(known.begin(), known.end(), type) == known.end()) {
            const auto meant = nearest(type, known);
            return Error{ErrorCode::invalid_input,
                         "--type '" + printable(type, 64) + "' is no type of Vero's" +
                             (meant ? "; did you mean '" + std::string(*meant) + "'?" : "")};
        }
    }
    admin::ReplayRequest request;
    request.range = {*from, *to};
    request.selection.types.insert(arguments.types.begin(), arguments.types.end());
    request.selection.user = arguments.user;
    request.selection.campaign = arguments.campaign;
    return request;
}

std::string counted(std::uint64_t count, const char* what) {
    return with_thousands(count) + " " + what;
}

int print_summary(const delivery::TaskStatus& task) {
    std::string text = "replay of the events ";
    text += task.last >= task.first && task.first != 0
                ? with_thousands(task.first) + " to " + with_thousands(task.last)
                : "of an empty range";
    text += " to sink '" + task.sink + "' " + std::string(delivery::to_text(task.state)) + ": " +
            counted(task.delivered, "delivered, ") + counted(task.rejected, "rejected") +
            (task.rejected > 0 ? " (see `verohook dead list`), " : ", ") +
            counted(task.filtered, "left out by filters, ") +
            counted(task.missing, "gone from the journal\n");
    std::fputs(text.c_str(), stdout);
    if (task.state == delivery::TaskState::done) {
        return exit_success;
    }
    std::fflush(stdout);
    const std::string reached = with_thousands(task.position);
    std::fprintf(stderr, "verohook: it ended after event %s and does not go on by itself%s%s\n",
                 reached.c_str(), task.last_error.empty() ? "" : ": ",
                 printable(task.last_error).c_str());
    return exit_failure;
}

/// Counts what a replay would deliver, from the file and without troubling anybody.
int dry_run(const config::Settings& settings, const std::string& name,
            const admin::ReplayRequest& request) {
    const auto sinks = sink_settings(settings);
    const auto sink = std::find_if(sinks.begin(), sinks.end(),
                                   [&](const auto& each) { return each.name == name; });
    if (sink == sinks.end()) {
        return fail(exit_failure, {ErrorCode::not_found,
                                   "the configuration has no such sink, or "
                                   "it is not enabled"});
    }
    const auto reader = journal::open_journal_reader(settings.state_dir);
    if (!reader) {
        return fail(exit_state, reader.error());
    }
    // The daemon knows better than the file, which learns of positions a little later.
    const auto status = find_status(settings);
    auto places = delivery::places_of(request.range, **reader);
    if (!status || !places) {
        return fail(exit_state, status ? places.error() : status.error());
    }
    const auto report = std::find_if(status->sinks.begin(), status->sinks.end(),
                                     [&](const auto& each) { return each.name == name; });
    places->last =
        std::min(places->last, report == status->sinks.end() ? 0 : report->position.value_or(0));
    delivery::Batch batch;
    std::uint64_t found = 0;
    for (journal::Seq after = places->first - 1; after < places->last;) {
        auto records = (*reader)->read(after, {});
        if (!records) {
            return fail(exit_state, records.error());
        }
        std::erase_if(*records, [&](const auto& each) { return each->seq > places->last; });
        if (records->empty()) {
            break;
        }
        after = records->back()->seq;
        if (const auto filled = batch.fill(std::move(*records), *sink, request.selection);
            !filled) {
            return fail(exit_failure, filled.error());
        }
        found += batch.items().size();
    }
    std::printf("a replay of the events %s to %s would deliver %s to sink '%s'\n",
                with_thousands(places->first).c_str(), with_thousands(places->last).c_str(),
                with_thousands(found).c_str(), name.c_str());
    return exit_success;
}

/// Cancels the replay that is under way.
int cancel(const config::Settings& settings, const std::string& sink) {
    const auto control = admin::connect(settings.state_dir);
    const auto status = control ? (*control)->status() : control.error();
    if (!status) {
        return fail(exit_failure, status.error());
    }
    for (const admin::SinkReport& report : status->sinks) {
        for (const delivery::TaskStatus& task : report.tasks) {
            if (report.name == sink && task.what == "replay" && !delivery::has_ended(task.state)) {
                const auto ended = follow(**control, task, Signal::sent);
                return ended ? print_summary(*ended) : fail(exit_failure, ended.error());
            }
        }
    }
    return fail(exit_failure, {ErrorCode::not_found,
                               "no replay to sink '" + printable(sink, 64) + "' is under way"});
}

}  // namespace

int replay(const ReplayArguments& arguments) {
    const auto settings = load_settings(arguments.common.config);
    if (!settings) {
        return fail(exit_configuration, settings.error());
    }
    const auto request = request_of(arguments);
    if (!request) {
        return fail(exit_usage, request.error());
    }
    if (arguments.cancel) {
        return cancel(*settings, arguments.sink);
    }
    if (arguments.dry_run) {
        return dry_run(*settings, arguments.sink, *request);
    }
    const auto control = open_control(*settings, {arguments.sink});
    if (!control) {
        return fail(control_status(control.error()), control.error());
    }
    const auto begun = (*control)->replay(arguments.sink, *request);
    const auto ended = begun ? follow(**control, *begun) : begun;
    if (!ended) {
        const bool lost = ended.error().code == ErrorCode::unavailable;
        return fail(exit_failure,
                    {ended.error().code,
                     ended.error().message +
                         (lost ? "; a replay does not go on after a restart of the daemon" : "")});
    }
    return print_summary(*ended);
}

}  // namespace verohook::app
