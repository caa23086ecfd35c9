#include "doctor/arrival.hpp"

#include "base/hash.hpp"
#include "base/text.hpp"
#include "doctor/daemon.hpp"
#include "event/test_event.hpp"
#include "journal/sqlite_journal.hpp"

#include <algorithm>
#include <thread>

namespace verohook::doctor {

namespace {

/// How often the daemon is asked.
constexpr std::chrono::milliseconds look_interval{50};

bool is_on(const admin::SinkReport& sink) {
    return !sink.kind.empty() && sink.state != "disabled";
}

bool has_passed(const admin::SinkReport& sink, journal::Seq seq) {
    return !is_on(sink) || sink.position.value_or(0) >= seq;
}

void tell_sink(Report& report, const admin::SinkReport& sink, journal::Seq seq) {
    const std::string check = "delivery " + sink.name;
    if (has_passed(sink, seq)) {
        return report.ok(check,
                         "it has taken everything up to the test event, which it does not "
                         "get itself");
    }
    const std::uint64_t left = sink.lag_events.value_or(0);
    const std::string behind =
        "it has " + with_thousands(left) + (left == 1 ? " place" : " places") + " left to deliver";
    if (is_in_trouble(sink)) {
        return report.fail(check, behind + "; its last error: " + sink.last_error,
                           "mend its target: it goes on by itself then, and nothing is lost");
    }
    report.warn(check, behind + ", and is " + sink.state,
                "`verohook status` shows whether that becomes less");
}

}  // namespace

bool find_in_journal(Report& report, const std::filesystem::path& state_dir, const Stored& stored,
                     const std::string& probe) {
    const std::string place = "the journal in " + state_dir.string();
    const auto reader = journal::open_journal_reader(state_dir);
    if (!reader) {
        report.fail("journal", reader.error().message,
                    "run this as the user that runs verohook, or as root");
        return false;
    }
    const auto records = (*reader)->read(stored.seq - 1, {.records_max = 1});
    if (!records) {
        report.fail("journal", records.error().message,
                    "run this as the user that runs verohook, or as root");
        return false;
    }
    const bool is_there = !records->empty() && records->front()->seq == stored.seq &&
                          records->front()->kind == journal::Kind::test &&
                          to_hex(records->front()->id) == stored.id &&
                          event::probe_of_test_event(records->front()->body) == probe;
    if (!is_there) {
        report.fail("journal",
                    place + " does not have the test event that the answer names (number " +
                        std::to_string(stored.seq) + "): another verohook has answered",
                    "let the name and the proxy lead to this machine, and -c name the "
                    "configuration of the daemon that they lead to");
        return false;
    }
    report.ok("journal", place + " has the test event");
    return true;
}

void wait_for_sinks(Report& report, const std::function<Result<admin::Status>()>& ask,
                    journal::Seq seq, std::chrono::milliseconds timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    for (;;) {
        const auto status = ask();
        if (!status) {
            return report.fail("delivery", status.error().message,
                               "the daemon has ended or hangs: its log says more");
        }
        const bool all = std::all_of(status->sinks.begin(), status->sinks.end(),
                                     [seq](const auto& sink) { return has_passed(sink, seq); });
        // A sink that is in trouble waits before its next attempt: there is nothing to wait for.
        const bool any_moves = std::any_of(
            status->sinks.begin(), status->sinks.end(),
            [seq](const auto& sink) { return !has_passed(sink, seq) && !is_in_trouble(sink); });
        if (all || !any_moves || std::chrono::steady_clock::now() >= deadline) {
            for (const admin::SinkReport& sink : status->sinks) {
                if (is_on(sink)) {
                    tell_sink(report, sink, seq);
                }
            }
            return;
        }
        std::this_thread::sleep_for(look_interval);
    }
}

}  // namespace verohook::doctor
