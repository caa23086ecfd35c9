#include "app/admin_servers.hpp"
#include "app/commands.hpp"
#include "app/exit_status.hpp"
#include "app/log_output.hpp"
#include "app/settings.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>

#include <pthread.h>
#include <unistd.h>

namespace verohook::app {

namespace {

ExitStatus status_for(const Error& error) {
    return error.code == ErrorCode::invalid_input ? exit_configuration : exit_state;
}

/// Blocks in every thread the signals that the main thread waits for, and ignores those that would
/// end the program because somebody stopped reading or a file reached a limit.
sigset_t prepare_signals() {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) {
        sigaddset(&signals, signal);
    }
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return signals;
}

/// The running program. Members stand in the order in which they need each other, so that they are
/// destroyed in the reverse.
class Daemon {
public:
    Daemon(const config::Settings& settings, LogOutput& log_output)
        : settings_(settings), log_output_(log_output), access_log_(access_settings(settings)) {}

    /// Everything but accepting; nothing is left behind if it fails.
    Result<void> open(ExitStatus& status) {
        auto journal = journal::open_sqlite_journal(journal_settings(settings_), system_clock());
        if (!journal) {
            status = exit_state;
            return journal.error();
        }
        journal_ = std::move(*journal);
        endpoint_ = std::make_unique<ingest::Endpoint>(endpoint_settings(settings_), *journal_);
        status = exit_address;
        auto public_port = server_settings(settings_);
        auto admin_port = admin_settings(settings_);
        fit_to_descriptors(public_port, admin_port);
        public_port.access = &access_log_;
        auto server = http::Server::bind(public_port, *endpoint_, system_clock());
        if (!server) {
            return server.error();
        }
        server_ = std::move(*server);
        auto admin = AdminServers::bind(
            settings_, admin_port,
            {*journal_, *server_, endpoint_->counts(), log_output_.counts(), system_clock()});
        if (!admin) {
            return admin.error();
        }
        admin_ = std::move(*admin);
        auto delivery =
            delivery::Delivery::start(sink_settings(settings_), *journal_, system_clock());
        if (!delivery) {
            status = status_for(delivery.error());
            return delivery.error();
        }
        delivery_ = std::move(*delivery);
        admin_->watch(*delivery_);
        return {};
    }

    void start() {
        server_->start();
        admin_->start();
        announce();
    }

    void reopen() {
        log_output_.reopen();
        delivery_->request_reopen();
    }

    /// Stops accepting, answers what is in flight, lets sinks finish, commits. A sink that is stuck
    /// cannot be waited for: then the process ends without unwinding it.
    void stop() {
        const auto deadline = std::chrono::steady_clock::now() + settings_.shutdown_timeout;
        const auto left = [&] {
            return std::max(std::chrono::milliseconds{0},
                            std::chrono::duration_cast<std::chrono::milliseconds>(
                                deadline - std::chrono::steady_clock::now()));
        };
        admin_->set_draining();
        // Half of the time for requests at the most, so that sinks get the other half.
        if (!server_->drain(left() / 2)) {
            log::warn("some connections did not end in time and were cut off");
        }
        const bool ended = delivery_->stop(left());
        journal_->close();
        admin_->stop();
        if (!ended) {
            log::warn(
                "a sink did not finish in time; it goes on from its position at the next "
                "start");
            stuck_ = true;
        }
    }

    [[nodiscard]] bool stuck() const { return stuck_; }

private:
    void announce() const {
        log::info("journal in " + settings_.state_dir.string() + ", newest event " +
                  std::to_string(journal_->newest()));
        std::string example;
        for (const std::string& address : server_->addresses()) {
            log::info("listening on " + address + ", path " + settings_.http.path);
            if (example.empty()) {
                example = address;
            }
        }
        for (const std::string& address : admin_->addresses()) {
            log::info("health on http://" + address + "/readyz, metrics on /metrics");
        }
        std::string names;
        for (const config::SinkConfig& sink : settings_.sinks) {
            if (sink.enabled) {
                names += (names.empty() ? "" : ", ") + sink.name + " (" + sink.kind + ")";
            }
        }
        log::info("sinks: " + (names.empty() ? "none" : names));
        log::info("try it: " + curl_line(example));
    }

    [[nodiscard]] std::string curl_line(const std::string& address) const {
        const bool unix_socket = address.starts_with("unix:");
        std::string line = "curl ";
        if (unix_socket) {
            line += "--unix-socket " + address.substr(5) + " ";
        }
        line += R"(-d '{"type":"opened","user":{"id":1,"email":"a@example.com"},"opened_at":)";
        line += std::to_string(std::chrono::duration_cast<std::chrono::seconds>(
                                   system_clock().now().time_since_epoch())
                                   .count());
        line += "}' http://" + (unix_socket ? "localhost" : address) + settings_.http.path;
        return line + (settings_.auth.secrets.empty() ? "" : "/SECRET");
    }

    const config::Settings& settings_;
    LogOutput& log_output_;
    ingest::AccessLog access_log_;
    std::unique_ptr<journal::Journal> journal_;
    std::unique_ptr<ingest::Endpoint> endpoint_;
    std::unique_ptr<delivery::Delivery> delivery_;
    std::unique_ptr<http::Server> server_;
    std::unique_ptr<AdminServers> admin_;
    bool stuck_ = false;
};

/// Waits for the signal that ends the program; reopens files on SIGHUP and SIGUSR1 meanwhile.
int wait_for_stop(const sigset_t& signals, Daemon& daemon) {
    for (;;) {
        int signal = 0;
        if (sigwait(&signals, &signal) != 0) {
            continue;
        }
        if (signal == SIGHUP || signal == SIGUSR1) {
            log::info("reopening files");
            daemon.reopen();
            continue;
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

}  // namespace

int serve(const CommonArguments& arguments) {
    const auto settings = load_settings(arguments.config);
    if (!settings) {
        return fail(exit_configuration, settings.error());
    }
    const sigset_t signals = prepare_signals();
    const auto log_output =
        LogOutput::open(settings->log, config::secrets_of(*settings, kind_options()));
    if (!log_output) {
        return fail(exit_configuration, log_output.error());
    }
    Daemon daemon(*settings, **log_output);
    ExitStatus status = exit_success;
    if (const auto opened = daemon.open(status); !opened) {
        return fail(status, opened.error());
    }
    daemon.start();
    const int signal = wait_for_stop(signals, daemon);
    log::info("stopping on " + std::string(signal == SIGINT ? "SIGINT" : "SIGTERM") +
              "; a second signal ends at once");
    end_at_second_signal();
    daemon.stop();
    log::info("stopped; everything that was answered 200 is in the journal");
    const bool written = (*log_output)->finish(std::chrono::seconds{1});
    if (daemon.stuck() || !written) {
        std::_Exit(exit_success);
    }
    return exit_success;
}

}  // namespace verohook::app
