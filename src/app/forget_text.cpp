#include "app/forget_text.hpp"

#include "base/text.hpp"

namespace verohook::app {

namespace {

std::string counted(std::uint64_t count, const char* one, const char* more) {
    return with_thousands(count) + " " + (count == 1 ? one : more);
}

std::string journal_text(const admin::ForgetStatus& status) {
    std::string text = counted(status.events, "event", "events") + ", " +
                       counted(status.malformed, "malformed body", "malformed bodies") + ", " +
                       counted(status.dead_letters, "dead letter", "dead letters");
    if (status.unclear > 0) {
        text += "\n  " + counted(status.unclear, "body", "bodies") +
                " may be of the person and cannot be told: malformed with the id as a word or "
                "compressed, or damaged; see `verohook tail --type malformed`";
    }
    if (!status.journal_problem.empty()) {
        text += "\n  old copies may still stand in its files, run the same once more: " +
                printable(status.journal_problem);
    }
    return text;
}

std::string title(const admin::SinkErasure& sink) {
    return "sink '" + printable(sink.name, 64) + "'" +
           (sink.kind.empty() ? "" : " (" + sink.kind + ")") + ": ";
}

}  // namespace

std::string plan_text(const admin::ForgetStatus& found) {
    std::string text = "would be erased:\njournal: " + journal_text(found) + "\n";
    for (const admin::SinkErasure& sink : found.sinks) {
        text += title(sink) +
                (sink.out_of_reach.empty() ? "what it holds, which is not counted before"
                                           : "not reached: " + sink.out_of_reach) +
                "\n";
    }
    return text;
}

std::string outcome_text(const admin::ForgetStatus& status) {
    std::string text = "erased:\njournal: " + journal_text(status) + "\n";
    for (const admin::SinkErasure& sink : status.sinks) {
        const bool reached = sink.out_of_reach.empty() || sink.records > 0;
        text += title(sink) + (reached ? counted(sink.records, "record", "records") : "") +
                (sink.out_of_reach.empty() ? ""
                                           : std::string(reached ? "; " : "") +
                                                 "not reached: " + printable(sink.out_of_reach)) +
                "\n";
    }
    if (status.state == "failed") {
        return text + "it has failed, and does not go on by itself; run the same once more: " +
               printable(status.error) + "\n";
    }
    return text + (status.is_complete() ? "done" : "not complete: run the same once more") +
           "; report " + std::to_string(status.report) + "\n";
}

std::string report_text(const journal::ErasureReport& report, bool as_json) {
    if (as_json) {
        return R"({"number":)" + std::to_string(report.number) + R"(,"at":")" +
               format_micros(report.at) + R"(","report":)" + report.text + "}\n";
    }
    std::string text = "report " + std::to_string(report.number) + ", " + format_seconds(report.at);
    const auto status = admin::parse_forget_status(report.text);
    if (!status) {
        return text + ": of another version\n";
    }
    if (!status->note.empty()) {
        text += ", " + printable(status->note, 256);
    }
    text += "\n  journal: " + journal_text(*status) + "\n";
    for (const admin::SinkErasure& sink : status->sinks) {
        text +=
            "  " + title(sink) + counted(sink.records, "record", "records") +
            (sink.out_of_reach.empty() ? "" : "; not reached: " + printable(sink.out_of_reach)) +
            "\n";
    }
    return text;
}

}  // namespace verohook::app
