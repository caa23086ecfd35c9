#include "admin/health.hpp"

#include "base/text.hpp"

#include <verohook/event/codec.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <system_error>

namespace verohook::admin {

namespace {

void append_check(std::string& out, std::string_view name, std::string_view problem) {
    out.append(R"({"name":")").append(name);
    out.append(R"(","ok":)").append(problem.empty() ? "true" : "false");
    if (!problem.empty()) {
        out += R"(,"problem":)";
        event::append_json_string(out, problem);
    }
    out += '}';
}

void append_sink(std::string& out, const delivery::SinkStatus& sink,
                 const journal::Health& health) {
    out += R"({"name":)";
    event::append_json_string(out, sink.name);
    out.append(R"(,"kind":")").append(sink.kind);
    out.append(R"(","state":")").append(state_text(sink.state));
    out.append(R"(","position":)").append(std::to_string(sink.position));
    out.append(R"(,"lag":)").append(std::to_string(health.events_after(sink.position)));
    out.append(R"(,"delivered":)").append(std::to_string(sink.delivered));
    out.append(R"(,"retries":)").append(std::to_string(sink.retries));
    out.append(R"(,"dead":)").append(std::to_string(sink.dead));
    if (!sink.last_error.empty()) {
        out += R"(,"last_error":)";
        event::append_json_string(out, sink.last_error);
    }
    out += '}';
}

}  // namespace

std::string_view state_text(delivery::State state) {
    switch (state) {
        case delivery::State::starting:
            return "starting";
        case delivery::State::idle:
            return "idle";
        case delivery::State::delivering:
            return "delivering";
        case delivery::State::retrying:
            return "retrying";
        case delivery::State::stopped:
            return "stopped";
    }
    return "";
}

std::optional<std::filesystem::space_info> Health::disk() const {
    std::error_code error;
    const auto space = std::filesystem::space(folder_, error);
    return error ? std::nullopt : std::optional(space);
}

std::string Health::disk_problem() const {
    const std::uint64_t wanted = disk_free_min_;
    if (wanted == 0) {
        return {};
    }
    const auto space = disk();
    if (!space) {
        return "the disk of " + folder_.string() + " cannot be asked for its free space";
    }
    if (space->available >= wanted) {
        return {};
    }
    return "the disk of " + folder_.string() + " has " + with_thousands(space->available) +
           " bytes free; admin.disk_free_min wants " + with_thousands(wanted);
}

std::vector<Health::Check> Health::checks() const {
    const journal::Health health = journal_.health();
    const std::string problem =
        health.problem.empty() ? "the journal cannot be written" : health.problem;
    return {{"journal", health.writable ? "" : problem},
            {"accepting", draining_ ? "the program is stopping" : ""},
            {"disk", disk_problem()}};
}

bool Health::ready() const {
    const auto all = checks();
    return std::all_of(all.begin(), all.end(),
                       [](const Check& each) { return each.problem.empty(); });
}

http::Response Health::readiness() const {
    const journal::Health health = journal_.health();
    http::Response response;
    std::string list;
    for (const Check& check : checks()) {
        response.status = check.problem.empty() ? response.status : 503;
        list += list.empty() ? "" : ",";
        append_check(list, check.name, check.problem);
    }
    std::string& body = response.body;
    body = response.status == 200 ? R"({"status":"ready","checks":[)"
                                  : R"({"status":"not ready","checks":[)";
    body += list + R"(],"warnings":[)";
    if (const auto since = silence_.silent_since()) {
        append_check(body, "webhook_silence",
                     "no webhook has come since " + format_seconds(*since));
    }
    body += R"(],"journal":{"oldest":)" + std::to_string(health.oldest) + R"(,"newest":)" +
            std::to_string(health.newest) + R"(,"used_bytes":)" +
            std::to_string(health.used_bytes) + R"(,"commits":)" + std::to_string(health.commits) +
            R"(,"failures":)" + std::to_string(health.failures) + R"(,"queued":)" +
            std::to_string(health.queued) + R"(},"sinks":[)";
    if (const delivery::Delivery* delivery = delivery_) {
        bool first = true;
        for (const delivery::SinkStatus& sink : delivery->status()) {
            if (!first) {
                body += ',';
            }
            first = false;
            append_sink(body, sink, health);
        }
    }
    body += "]}";
    return response;
}

}  // namespace verohook::admin
