#include "admin/forget.hpp"
#include "admin/json_support.hpp"

#include <algorithm>

namespace verohook::admin {

namespace {

// A line for people.
constexpr std::size_t note_bytes_max = 200;
constexpr std::size_t names_max = 32;

Error wrong_json(std::string_view sentence) {
    return {ErrorCode::invalid_input, std::string(sentence)};
}

}  // namespace

bool ForgetStatus::reached_sinks() const {
    return std::none_of(sinks.begin(), sinks.end(), [](const auto& sink) { return sink.again; });
}

bool ForgetStatus::is_complete() const {
    return state == "done" && journal_problem.empty() && reached_sinks();
}

std::string to_json(const ForgetRequest& request) {
    return dump({{"who", request.who}, {"note", request.note}});
}

Result<ForgetRequest> parse_forget_request(std::string_view text) {
    const Json json = parse_object(text);
    ForgetRequest request;
    if (!json.is_object() || !json.contains("who") || !json["who"].is_array()) {
        return wrong_json(R"(write {"who":["ID or address", …]})");
    }
    for (const Json& name : json["who"]) {
        if (!name.is_string() || name.get<std::string>().empty()) {
            return wrong_json("who is no list of texts, or one is empty");
        }
        request.who.push_back(name.get<std::string>());
    }
    request.note = text_of(json, "note");
    if (request.who.empty() || request.who.size() > names_max) {
        return wrong_json("name one person, by 1 to 32 ids and addresses");
    }
    if (request.note.size() > note_bytes_max) {
        return wrong_json("the note is longer than 200 bytes");
    }
    return request;
}

std::string to_json(const ForgetStatus& status) {
    Json json{{"state", status.state},
              {"begun", format_micros(status.begun)},
              {"note", status.note},
              {"position", status.position},
              {"last", status.last},
              {"complete", status.is_complete()},
              {"events", status.events},
              {"malformed", status.malformed},
              {"dead_letters", status.dead_letters},
              {"unclear", status.unclear},
              {"journal_problem", status.journal_problem},
              {"sinks", Json::array()},
              {"report", status.report},
              {"error", status.error}};
    for (const SinkErasure& sink : status.sinks) {
        json["sinks"].push_back({{"name", sink.name},
                                 {"kind", sink.kind},
                                 {"records", sink.records},
                                 {"out_of_reach", sink.out_of_reach},
                                 {"again", sink.again}});
    }
    return dump(json);
}

Result<ForgetStatus> parse_forget_status(std::string_view text) {
    const Json json = parse_object(text);
    if (!json.is_object() || !json.contains("state") || !json.contains("sinks")) {
        return Error{ErrorCode::unavailable, "the daemon's answer is not of this version"};
    }
    ForgetStatus status;
    status.state = text_of(json, "state");
    status.begun = time_of(json, "begun").value_or(Timestamp{});
    status.note = text_of(json, "note");
    status.position = number_of(json, "position");
    status.last = number_of(json, "last");
    status.events = number_of(json, "events");
    status.malformed = number_of(json, "malformed");
    status.dead_letters = number_of(json, "dead_letters");
    status.unclear = number_of(json, "unclear");
    status.journal_problem = text_of(json, "journal_problem");
    for (const Json& sink : json["sinks"]) {
        status.sinks.push_back({text_of(sink, "name"), text_of(sink, "kind"),
                                number_of(sink, "records"), text_of(sink, "out_of_reach"),
                                flag_of(sink, "again")});
    }
    status.report = number_of(json, "report");
    status.error = text_of(json, "error");
    return status;
}

}  // namespace verohook::admin
