#include "app/commands.hpp"
#include "app/daemon.hpp"
#include "app/exit_status.hpp"
#include "app/log_output.hpp"
#include "app/settings.hpp"
#include "base/log.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <pthread.h>
#include <unistd.h>

namespace verohook::app {

namespace {

/// Blocks in every thread the signals that the main thread waits for, and ignores those that would
/// end the program because somebody stopped reading or a file reached a limit.
sigset_t prepare_signals() {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2}) {
        sigaddset(&signals, signal);
    }
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return signals;
}

/// Waits for the signal that ends the program; does meanwhile what the others ask for.
int wait_for_stop(const sigset_t& signals, Daemon& daemon,
                  const std::filesystem::path& configuration) {
    for (;;) {
        int signal = 0;
        if (sigwait(&signals, &signal) != 0) {
            continue;
        }
        if (signal == SIGHUP || signal == SIGUSR1) {
            log::info("reopening files");
            daemon.reopen();
            if (signal == SIGHUP) {
                daemon.reload();
            }
            continue;
        }
        if (signal == SIGUSR2) {
            // What cannot be begun anew must not be ended.
            if (const auto settings = load_settings(configuration); !settings) {
                log::error("not restarted, since the configuration is wrong: " +
                           settings.error().message);
                continue;
            }
        }
        return signal;
    }
}

/// A second signal ends the program at once; the journal stands as its last commit left it.
void end_at_second_signal() {
    std::thread([] {
        sigset_t ending;
        sigemptyset(&ending);
        sigaddset(&ending, SIGTERM);
        sigaddset(&ending, SIGINT);
        int signal = 0;
        if (sigwait(&ending, &signal) == 0) {
            std::_Exit(128 + signal);
        }
    }).detach();
}

/// Ends the program: at once where something is stuck, for what its thread uses cannot be unwound.
int leave(int status, const Daemon& daemon, bool written) {
    if (daemon.stuck() || !written) {
        std::_Exit(status);
    }
    return status;
}

}  // namespace

int serve(const CommonArguments& arguments) {
    const auto settings = load_settings(arguments.config);
    if (!settings) {
        return fail(exit_configuration, settings.error());
    }
    http::HandedSockets handed;
    if (const auto taken = take_handed_sockets(handed); !taken) {
        return fail(exit_address, taken.error());
    }
    const sigset_t signals = prepare_signals();
    // What stands there by then may be a newer version.
    std::error_code ignored;  // Without /proc there is no restart, which is told then.
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", ignored);
    const auto log_output =
        LogOutput::open(settings->log, config::secrets_of(*settings, kind_options()));
    if (!log_output) {
        return fail(exit_configuration, log_output.error());
    }
    Daemon daemon(arguments.config, *settings, **log_output);
    ExitStatus status = exit_address;
    if (const auto opened = daemon.open(handed, status); !opened) {
        return fail(status, opened.error());
    }
    daemon.start();
    const int signal = wait_for_stop(signals, daemon, arguments.config);
    if (signal == SIGUSR2) {
        log::info("restarting");
        const std::vector<http::SharedSocket> sockets = daemon.stop_for_restart();
        // Whoever does not read the log misses its end.
        const bool written = (*log_output)->finish(std::chrono::seconds{1});
        const Error error = begin_anew(program, arguments.config, sockets);
        return leave(fail(exit_failure, error), daemon, written);
    }
    log::info("stopping on " + std::string(signal == SIGINT ? "SIGINT" : "SIGTERM") +
              "; a second signal ends at once");
    end_at_second_signal();
    daemon.stop();
    log::info("stopped; everything that was answered 200 is in the journal");
    const bool written = (*log_output)->finish(std::chrono::seconds{1});
    return leave(exit_success, daemon, written);
}

}  // namespace verohook::app
