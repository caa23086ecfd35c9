#include "app/commands.hpp"
#include "app/exit_status.hpp"
#include "app/settings.hpp"
#include "base/hash.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "doctor/arrival.hpp"
#include "doctor/daemon.hpp"
#include "doctor/machine.hpp"
#include "doctor/way.hpp"

#include <cstdio>
#include <sstream>
#include <string>

#include <unistd.h>

namespace verohook::app {

namespace {

std::string new_probe() {
    return to_hex(Hash128{random_number(), random_number()});
}

void check_url(doctor::Report& report, const DoctorArguments& arguments,
               const config::Settings& settings, const doctor::Daemon& daemon,
               const doctor::TestUrl& url) {
    const std::chrono::milliseconds timeout{std::chrono::seconds{arguments.timeout_seconds}};
    const std::string probe = new_probe();
    const auto stored = doctor::walk(
        report, url, probe,
        {.path = settings.http.path,
         .listen = join(settings.http.addresses),
         .secret = url.secret,
         .daemon_runs = daemon.process.has_value()},
        {.ca_file = arguments.ca_file, .timeout = timeout, .listen = settings.http.addresses});
    if (!stored || !doctor::find_in_journal(report, settings.state_dir, *stored, probe) ||
        !daemon.control) {
        return;
    }
    doctor::wait_for_sinks(
        report, [&] { return daemon.control->status(); }, stored->seq, timeout);
}

int print(const doctor::Report& report, bool json) {
    const std::string text = json ? doctor::to_json(report) + "\n"
                                  : doctor::to_text(report, ::isatty(STDOUT_FILENO) == 1);
    std::fputs(text.c_str(), stdout);
    return report.has_failed() ? exit_failure : exit_success;
}

}  // namespace

int doctor(const DoctorArguments& arguments) {
    const doctor::ClockCheck clock(system_clock());
    doctor::Report report;
    const auto settings = load_settings(arguments.common.config);
    if (!settings) {
        std::istringstream lines(settings.error().message);
        for (std::string line; std::getline(lines, line);) {
            report.fail("configuration", line,
                        "correct it, or set what only the daemon's environment has: nothing else "
                        "can be looked at before");
        }
        print(report, arguments.json);
        return exit_configuration;
    }
    std::optional<doctor::TestUrl> url;
    if (!arguments.url.empty()) {
        auto made = doctor::make_test_url(arguments.url, *settings);
        if (!made) {
            return fail(exit_usage, made.error());
        }
        url = std::move(*made);
    }
    report.ok("configuration", arguments.common.config.empty()
                                   ? "the built-in one, as no -c FILE was given"
                                   : arguments.common.config.string() + " is right");
    doctor::check_folder(report, *settings);
    doctor::check_secret_files(report, *settings);
    doctor::check_disk(report, *settings);
    const auto daemon = doctor::check_daemon(report, *settings);
    doctor::check_ports(report, *settings, daemon);
    doctor::check_sinks(report, *settings, daemon, known_sinks(*settings));
    const auto newest = doctor::newest_arrival(*settings);
    if (url) {
        check_url(report, arguments, *settings, daemon, *url);
    }
    // Last, so that a jump meanwhile is seen.
    clock.tell(report, *settings, newest);
    return print(report, arguments.json);
}

}  // namespace verohook::app
