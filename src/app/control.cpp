#include "app/control.hpp"

#include "app/send_report.hpp"
#include "app/settings.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <thread>
#include <utility>

#include <unistd.h>

namespace verohook::app {

namespace {

/// How often a task is looked at.
constexpr std::chrono::milliseconds look_interval{100};

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

/// The first one cancels; the next one ends the process, as where a sink is stuck.
void note_interrupt(int signal) {
    interrupted = true;
    std::signal(signal, SIG_DFL);
}

/// Says only what is wrong: what a command does, it tells by itself.
void quieten_log() {
    log::set_level(log::Level::error);
    log::set_output([](const log::Record& record) {
        std::fprintf(stderr, "verohook: %s\n", record.message.c_str());
    });
}

Result<std::vector<delivery::SinkSettings>> settings_of(const config::Settings& settings,
                                                        const std::set<std::string>& names) {
    std::vector<delivery::SinkSettings> wanted;
    for (delivery::SinkSettings& sink : sink_settings(settings)) {
        if (names.contains(sink.name)) {
            wanted.push_back(std::move(sink));
        }
    }
    if (wanted.size() != names.size()) {
        return Error{ErrorCode::not_found,
                     "the configuration has no such sink, or it is not enabled"};
    }
    return wanted;
}

}  // namespace

Result<std::unique_ptr<admin::Control>> open_control(const config::Settings& settings,
                                                     const std::set<std::string>& sinks) {
    auto remote = admin::connect(settings.state_dir);
    if (remote) {
        return remote;
    }
    std::error_code ignored;  // What cannot be looked at is told by the attempt to open it.
    if (!std::filesystem::exists(settings.state_dir / "journal.db", ignored)) {
        return Error{ErrorCode::unavailable,
                     "there is no journal in " + settings.state_dir.string()};
    }
    auto wanted = settings_of(settings, sinks);
    if (!wanted) {
        return wanted.error();
    }
    quieten_log();
    auto journal = journal::open_sqlite_journal(journal_settings(settings), system_clock());
    if (!journal) {
        if (journal.error().code != ErrorCode::locked) {
            return journal.error();
        }
        return Error{ErrorCode::locked,
                     "a daemon holds " + settings.state_dir.string() +
                         " and does not answer at its control socket; it may be starting or "
                         "stopping, or another command holds the folder: try again (" +
                         remote.error().message + ")"};
    }
    return admin::take_over(std::move(*journal), std::move(*wanted), known_sinks(settings),
                            system_clock());
}

Result<admin::Status> find_status(const config::Settings& settings) {
    if (const auto control = admin::connect(settings.state_dir)) {
        return (*control)->status();
    }
    const auto reader = journal::open_journal_reader(settings.state_dir);
    if (!reader) {
        return reader.error();
    }
    return admin::collect(**reader, known_sinks(settings), system_clock().now());
}

ExitStatus control_status(const Error& error) {
    switch (error.code) {
        case ErrorCode::invalid_input:
            return exit_configuration;
        case ErrorCode::locked:
        case ErrorCode::corrupt:
        case ErrorCode::unavailable:
            return exit_state;
        default:
            return exit_failure;
    }
}

Result<delivery::TaskStatus> follow(admin::Control& control, delivery::TaskStatus status,
                                    Signal signal) {
    interrupted = signal == Signal::sent;
    const auto begin = std::chrono::steady_clock::now();
    const bool draws = ::isatty(STDERR_FILENO) == 1;
    std::signal(SIGINT, note_interrupt);
    std::signal(SIGTERM, note_interrupt);
    std::string told;
    while (!delivery::has_ended(status.state)) {
        std::this_thread::sleep_for(look_interval);
        auto now =
            interrupted.exchange(false) ? control.cancel(status.id) : control.task(status.id);
        if (!now) {
            return now.error();
        }
        status = std::move(*now);
        if (draws && status.first != 0 && status.last >= status.first) {
            draw_progress(status.position + 1 - status.first, status.last + 1 - status.first,
                          std::chrono::steady_clock::now() - begin);
        }
        if (status.last_error != told && !delivery::has_ended(status.state)) {
            told = status.last_error;
            std::fprintf(stderr, "%sverohook: sink '%s' cannot deliver, it is tried again: %s\n",
                         draws ? "\n" : "", status.sink.c_str(), printable(told).c_str());
        }
    }
    if (draws) {
        std::fputs("\n", stderr);
    }
    return status;
}

}  // namespace verohook::app
