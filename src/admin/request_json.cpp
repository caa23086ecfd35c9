#include "admin/json.hpp"
#include "admin/json_support.hpp"

#include <algorithm>
#include <array>

namespace verohook::admin {

namespace {

Error wrong(std::string_view sentence) {
    return {ErrorCode::invalid_input, std::string(sentence)};
}

Json bound_json(const delivery::Bound& bound) {
    if (const auto* seq = std::get_if<journal::Seq>(&bound)) {
        return Json(*seq);
    }
    return Json(format_micros(std::get<Timestamp>(bound)));
}

Result<std::optional<delivery::Bound>> bound_of(const Json& json, const char* name) {
    const auto found = json.find(name);
    if (found == json.end() || found->is_null()) {
        return std::optional<delivery::Bound>{};
    }
    if (found->is_number_unsigned()) {
        return std::optional<delivery::Bound>(found->get<journal::Seq>());
    }
    if (const auto at = time_of(json, name)) {
        return std::optional<delivery::Bound>(*at);
    }
    return wrong(std::string(name) + " is neither a seq nor a time (RFC 3339)");
}

}  // namespace

std::string to_json(const ReplayRequest& request) {
    Json json = Json::object();
    if (request.range.from) {
        json["from"] = bound_json(*request.range.from);
    }
    if (request.range.to) {
        json["to"] = bound_json(*request.range.to);
    }
    json["types"] = request.selection.types;
    json["user"] = request.selection.user;
    json["campaign"] = request.selection.campaign;
    return dump(json);
}

Result<ReplayRequest> parse_replay(std::string_view text) {
    const Json json = parse_object(text);
    if (!json.is_object()) {
        return wrong("the body is no JSON object");
    }
    constexpr std::array<std::string_view, 5> known{"from", "to", "types", "user", "campaign"};
    for (const auto& [name, value] : json.items()) {
        // A filter that is not understood would deliver more than was meant.
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            return wrong("unknown member '" + name + "'");
        }
        if ((name == "user" || name == "campaign") && !value.is_string()) {
            return wrong(name + " is no text");
        }
    }
    ReplayRequest request;
    auto from = bound_of(json, "from");
    auto to = bound_of(json, "to");
    if (!from || !to) {
        return from ? to.error() : from.error();
    }
    request.range = {*from, *to};
    if (const auto types = json.find("types"); types != json.end()) {
        for (const Json& type : *types) {
            if (!types->is_array() || !type.is_string()) {
                return wrong("types is no list of texts");
            }
            request.selection.types.insert(type.get<std::string>());
        }
    }
    request.selection.user = text_of(json, "user");
    request.selection.campaign = text_of(json, "campaign");
    return request;
}

std::string to_json(const Letters& letters) {
    return dump(letters.all ? Json{{"all", true}} : Json{{"seqs", letters.seqs}});
}

Result<Letters> parse_letters(std::string_view text) {
    const Json json = parse_object(text);
    Letters letters;
    letters.all = flag_of(json, "all");
    if (json.is_object() && json.contains("seqs") && json["seqs"].is_array()) {
        for (const Json& seq : json["seqs"]) {
            if (!seq.is_number_unsigned()) {
                return wrong("seqs is no list of numbers");
            }
            letters.seqs.push_back(seq.get<journal::Seq>());
        }
    }
    if (letters.all != letters.seqs.empty()) {
        return wrong(R"(write {"all":true} or {"seqs":[1,2]})");
    }
    return letters;
}

std::string dropped_json(std::uint64_t count) {
    return dump({{"dropped", count}});
}

Result<std::uint64_t> parse_dropped(std::string_view text) {
    const Json json = parse_object(text);
    if (!json.is_object() || !json.contains("dropped")) {
        return Error{ErrorCode::unavailable, "the daemon's answer is not of this version"};
    }
    return number_of(json, "dropped");
}

std::string problem_detail(std::string_view text) {
    return text_of(parse_object(text), "detail");
}

}  // namespace verohook::admin
