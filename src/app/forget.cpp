#include "admin/forget_sinks.hpp"
#include "admin/unfinished.hpp"
#include "app/commands.hpp"
#include "app/confirm.hpp"
#include "app/control.hpp"
#include "app/exit_status.hpp"
#include "app/forget_text.hpp"
#include "app/send_report.hpp"
#include "app/settings.hpp"
#include "base/text.hpp"
#include "delivery/person_search.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <set>
#include <string>
#include <thread>

#include <unistd.h>

namespace verohook::app {

namespace {

constexpr std::chrono::milliseconds answer_interval{100};

int list(const config::Settings& settings, bool as_json) {
    auto reader = journal::open_journal_reader(settings.state_dir);
    if (!reader) {
        return fail(exit_state, reader.error());
    }
    const auto reports = (*reader)->erasure_reports();
    if (!reports) {
        return fail(exit_state, reports.error());
    }
    for (const journal::ErasureReport& report : *reports) {
        std::fputs(report_text(report, as_json).c_str(), stdout);
    }
    if (reports->empty() && !as_json) {
        std::fputs("nobody was erased yet\n", stdout);
    }
    return exit_success;
}

/// Looks as the erasure would, from the file and without troubling anybody.
Result<admin::ForgetStatus> look(journal::JournalReader& reader,
                                 const std::vector<std::string>& who) {
    using Finding = delivery::PersonSearch::Finding;
    const auto unfinished = reader.unfinished_erasures();
    if (!unfinished) {
        return unfinished.error();
    }
    sink::Person named = delivery::person_of(who);
    static_cast<void>(admin::take_up(named, *unfinished));
    delivery::PersonSearch search(std::move(named));
    if (auto done = delivery::each_record(reader,
                                          [&](const journal::Record& record) {
                                              search.learn(record);
                                              return Result<void>();
                                          });
        !done) {
        return done.error();
    }
    static_cast<void>(search.settle());
    admin::ForgetStatus found;
    const auto count = [&](Finding finding, std::uint64_t& events, std::uint64_t& malformed) {
        events += finding == Finding::event ? 1 : 0;
        malformed += finding == Finding::malformed ? 1 : 0;
        found.unclear += finding == Finding::unclear ? 1 : 0;
    };
    if (auto done = delivery::each_record(reader,
                                          [&](const journal::Record& record) {
                                              count(search.judge(record), found.events,
                                                    found.malformed);
                                              return Result<void>();
                                          });
        !done) {
        return done.error();
    }
    const auto letters = reader.letter_counts();
    if (!letters) {
        return letters.error();
    }
    for (const auto& [sink, ignored] : *letters) {
        for (journal::Seq after = 0;;) {
            const auto some = reader.letters(sink, after, {});
            if (!some) {
                return some.error();
            }
            if (some->empty()) {
                break;
            }
            after = some->back().seq;
            found.dead_letters += static_cast<std::uint64_t>(
                std::count_if(some->begin(), some->end(),
                              [&](const auto& letter) { return search.concerns(letter); }));
        }
    }
    return found;
}

int dry_run(const config::Settings& settings, const ForgetArguments& arguments) {
    auto reader = journal::open_journal_reader(settings.state_dir);
    if (!reader) {
        return fail(exit_state, reader.error());
    }
    auto found = look(**reader, arguments.who);
    if (!found) {
        return fail(exit_state, found.error());
    }
    const auto positions = (*reader)->positions();
    if (!positions) {
        return fail(exit_state, positions.error());
    }
    for (const admin::KnownSink& sink : admin::with_gone(known_sinks(settings), *positions)) {
        found->sinks.push_back(admin::known_of(sink, *positions)
                                   .value_or(admin::SinkErasure{
                                       .name = sink.name, .kind = sink.kind, .out_of_reach = ""}));
    }
    std::fputs(arguments.json ? (admin::to_json(*found) + "\n").c_str() : plan_text(*found).c_str(),
               stdout);
    return exit_success;
}

/// Waits for the end of an erasure, and draws its progress where standard error is a terminal.
Result<admin::ForgetStatus> follow(admin::Control& control, admin::ForgetStatus status) {
    const auto begin = std::chrono::steady_clock::now();
    const bool draws = ::isatty(STDERR_FILENO) == 1;
    while (!status.has_ended()) {
        std::this_thread::sleep_for(answer_interval);
        auto now = control.forgetting();
        if (!now) {
            return now;
        }
        status = std::move(*now);
        if (draws && status.last != 0) {
            draw_progress(status.position, status.last, std::chrono::steady_clock::now() - begin);
        }
    }
    if (draws) {
        std::fputs("\n", stderr);
    }
    return status;
}

/// Those that have to be opened by a command that does it alone.
std::set<std::string> erasable_sinks(const config::Settings& settings) {
    std::set<std::string> names;
    for (const admin::KnownSink& sink : known_sinks(settings)) {
        if (sink.enabled && sink.erase_by_hand.empty()) {
            names.insert(sink.name);
        }
    }
    return names;
}

}  // namespace

int forget(const ForgetArguments& arguments) {
    const auto settings = load_settings(arguments.common.config);
    if (!settings) {
        return fail(exit_configuration, settings.error());
    }
    if (arguments.list) {
        return list(*settings, arguments.json);
    }
    if (arguments.dry_run) {
        return dry_run(*settings, arguments);
    }
    std::string names;
    for (const std::string& name : arguments.who) {
        names += (names.empty() ? "" : ", ") + printable(name, 256);
    }
    if (!arguments.yes && !confirmed("erase everything of " + names, "It")) {
        return exit_failure;
    }
    const auto control = open_control(*settings, erasable_sinks(*settings));
    if (!control) {
        return fail(control_status(control.error()), control.error());
    }
    const auto begun = (*control)->forget({arguments.who, arguments.note});
    const auto ended = begun ? follow(**control, *begun) : begun;
    if (!ended) {
        const bool wrong = ended.error().code == ErrorCode::invalid_input;
        const bool lost = ended.error().code == ErrorCode::unavailable;
        return fail(wrong ? exit_usage : exit_failure,
                    {ended.error().code,
                     ended.error().message +
                         (lost ? "; what was not erased yet stays: run the same once more" : "")});
    }
    std::fputs(
        arguments.json ? (admin::to_json(*ended) + "\n").c_str() : outcome_text(*ended).c_str(),
        stdout);
    return ended->is_complete() ? exit_success : exit_failure;
}

}  // namespace verohook::app
