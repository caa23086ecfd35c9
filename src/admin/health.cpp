#include "admin/health.hpp"

#include <verohook/event/codec.hpp>

#include <string>
#include <string_view>

namespace verohook::admin {

namespace {

void append_check(std::string& out, std::string_view name, bool ok, std::string_view problem) {
    out.append(R"({"name":")").append(name).append(R"(","ok":)").append(ok ? "true" : "false");
    if (!ok) {
        out += R"(,"problem":)";
        event::append_json_string(out, problem);
    }
    out += '}';
}

void append_sink(std::string& out, const delivery::SinkStatus& sink, journal::Seq newest) {
    out += R"({"name":)";
    event::append_json_string(out, sink.name);
    out.append(R"(,"kind":")").append(sink.kind);
    out.append(R"(","state":")").append(state_text(sink.state));
    out.append(R"(","position":)").append(std::to_string(sink.position));
    out.append(R"(,"lag":)")
        .append(std::to_string(newest > sink.position ? newest - sink.position : 0));
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

http::Response Health::readiness() const {
    const journal::Health health = journal_.health();
    const bool draining = draining_;
    http::Response response;
    response.status = health.writable && !draining ? 200 : 503;
    std::string& body = response.body;
    body = response.status == 200 ? R"({"status":"ready","checks":[)"
                                  : R"({"status":"not ready","checks":[)";
    append_check(body, "journal", health.writable, health.problem);
    body += ',';
    append_check(body, "accepting", !draining, "the program is stopping");
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
            append_sink(body, sink, health.newest);
        }
    }
    body += "]}";
    return response;
}

}  // namespace verohook::admin
