#include "doctor/daemon.hpp"

#include "admin/readiness.hpp"
#include "base/listen_address.hpp"
#include "base/text.hpp"
#include "doctor/listener.hpp"
#include "journal/lock_file.hpp"

#include <cerrno>
#include <charconv>
#include <system_error>

#include <unistd.h>

namespace verohook::doctor {

namespace {

constexpr const char* start_advice =
    "start it (`systemctl start verohook`, or `verohook serve -c FILE`); why it has ended is in "
    "its log (`journalctl -u verohook`)";

std::optional<pid_t> process_in(const std::optional<std::string>& holder) {
    if (!holder) {
        return std::nullopt;
    }
    const std::string_view words = *holder;
    const std::size_t at = words.find_first_of("0123456789");
    pid_t process = 0;
    if (at == std::string_view::npos ||
        std::from_chars(words.data() + at, words.data() + words.size(), process).ec !=
            std::errc{}) {
        return std::nullopt;
    }
    return process;
}

std::string advice_for(const std::string& check) {
    if (check == "disk") {
        return "make room on that disk";
    }
    if (check == "accepting") {
        return "wait until it has ended, and start it again";
    }
    if (check == "webhook_silence") {
        return "if Vero should have sent: give this command --url with Vero's URL, and look into "
               "Vero whether the webhook is still on";
    }
    return "its log says more; see docs/architecture.md, When something fails";
}

void tell_readiness(Report& report, const config::Settings& settings) {
    const auto ready = admin::ask_readiness(settings.state_dir);
    if (!ready) {
        return report.fail("ready", ready.error().message, "its log says more");
    }
    if (ready->failed.empty()) {
        report.ok("ready", "it takes events");
    }
    for (const auto& each : ready->failed) {
        report.fail("ready", each.name + ": " + each.problem, advice_for(each.name));
    }
    for (const auto& each : ready->warnings) {
        report.warn(each.name == "webhook_silence" ? "silence" : "ready", each.problem,
                    advice_for(each.name));
    }
}

void check_port(Report& report, const ListenAddress& address, const Daemon& daemon) {
    const std::string check = "port " + address.to_string();
    const FoundListener found = find_listener(address, daemon.process);
    const std::string reach = address.is_local_only() && !address.is_unix()
                                  ? ", for this machine alone: others come through a proxy"
                                  : "";
    switch (found.who) {
        case Listener::daemon:
            return report.ok(check, found.process + " listens, which is the daemon" + reach);
        case Listener::unknown:
            return report.ok(check,
                             "somebody listens, presumably the daemon; as root this "
                             "command could see who" +
                                 reach);
        case Listener::other:
            if (found.is_init && !daemon.process) {
                return report.ok(check, "systemd listens for the daemon" + reach);
            }
            if (found.process.empty()) {
                return report.warn(check,
                                   "somebody listens there whom this user cannot see: systemd for "
                                   "the daemon, or another program",
                                   "run this as root to see who");
            }
            return report.fail(check, found.process + " listens there, and no verohook",
                               "end that program, or give verohook another address in http.listen "
                               "and in the proxy");
        case Listener::nobody:
            break;
    }
    if (daemon.process) {
        return report.fail(check, "the daemon runs and does not listen there",
                           "it was started with another http.listen: restart it");
    }
    report.ok(check, "it is free for the daemon" + reach);
}

void check_sink(Report& report, const admin::SinkReport& sink, bool running) {
    const std::string check = "sink " + sink.name;
    const std::string left = sink.lag_events.value_or(0) == 0
                                 ? "nothing is left to deliver"
                                 : with_thousands(*sink.lag_events) + " places are left to deliver";
    if (sink.state == "disabled") {
        return report.ok(check, "it is off");
    }
    if (is_in_trouble(sink)) {
        return report.fail(check, "it cannot deliver, and " + left + ": " + sink.last_error,
                           "mend its target: it goes on by itself then, and nothing is lost");
    }
    if (sink.dead > 0) {
        return report.warn(check, with_thousands(sink.dead) + " events were rejected; " + left,
                           "`verohook dead list --sink " + sink.name + "` has the reasons");
    }
    if (sink.missed > 0) {
        return report.warn(check,
                           with_thousands(sink.missed) +
                               " events were gone from the "
                               "journal before it came to them",
                           "let journal.retention_age and retention_size be larger");
    }
    report.ok(check,
              "its options are right; " + (running ? "it is " + sink.state + ", and " : "") + left);
}

}  // namespace

bool is_in_trouble(const admin::SinkReport& sink) {
    return sink.state == "retrying" ||
           (sink.lag_events.value_or(0) > 0 && sink.last_error_at &&
            (!sink.last_success || *sink.last_error_at > *sink.last_success));
}

Daemon check_daemon(Report& report, const config::Settings& settings) {
    const auto holder = journal::LockFile::holder(settings.state_dir);
    Daemon daemon{process_in(holder), nullptr};
    const std::filesystem::path lock = settings.state_dir / "journal.lock";
    if (!holder) {
        if (::access(lock.c_str(), R_OK) != 0 && errno == EACCES) {
            report.fail("daemon",
                        lock.string() +
                            " cannot be read, so whether one runs is not "
                            "to be seen",
                        "run this as the user that runs verohook, or as root");
        } else {
            report.fail("daemon", "no daemon runs on " + settings.state_dir.string(), start_advice);
        }
        return daemon;
    }
    auto control = admin::connect(settings.state_dir);
    if (!control) {
        report.fail(
            "daemon",
            *holder + " holds " + settings.state_dir.string() + ", but: " + control.error().message,
            "it may be starting or stopping: try again; run this as its user or as root; "
            "if it hangs, its log says where");
        return daemon;
    }
    daemon.control = std::move(*control);
    report.ok("daemon", *holder + " runs and answers at its control socket");
    tell_readiness(report, settings);
    return daemon;
}

void check_ports(Report& report, const config::Settings& settings, const Daemon& daemon) {
    for (const std::string& text : settings.http.addresses) {
        const auto address = parse_listen_address(text);
        if (!address || address->has_any_port()) {
            report.ok("port " + text, "whichever the daemon got; its log says which");
            continue;
        }
        check_port(report, *address, daemon);
    }
}

void check_sinks(Report& report, const config::Settings& settings, const Daemon& daemon,
                 const std::vector<admin::KnownSink>& known) {
    Result<admin::Status> status = Error{ErrorCode::not_found, ""};
    if (daemon.control) {
        status = daemon.control->status();
    } else if (const auto reader = journal::open_journal_reader(settings.state_dir)) {
        status = admin::collect(**reader, known, system_clock().now());
    }
    bool any_is_on = false;
    for (const admin::KnownSink& sink : known) {
        any_is_on = any_is_on || sink.enabled;
        const admin::SinkReport* found = nullptr;
        if (status) {
            for (const admin::SinkReport& each : status->sinks) {
                found = each.name == sink.name && !each.kind.empty() ? &each : found;
            }
        }
        if (found != nullptr) {
            check_sink(report, *found, daemon.control != nullptr);
        } else if (daemon.control) {
            report.warn(
                "sink " + sink.name, "the daemon does not know it",
                "it runs with another configuration: `verohook reload` has it take this one");
        } else {
            report.ok("sink " + sink.name, "its options are right");
        }
    }
    if (!any_is_on) {
        report.warn("sinks", "there are none: events are stored, and go nowhere",
                    "`verohook sinks` lists where they can go");
    }
}

}  // namespace verohook::doctor
