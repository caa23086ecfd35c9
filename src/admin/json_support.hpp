#pragma once

#include <verohook/base/result.hpp>
#include <verohook/base/time.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>

/// For this module's sources alone.
namespace verohook::admin {

using Json = nlohmann::ordered_json;

/// Invalid UTF-8 becomes U+FFFD, and everything beyond ASCII is escaped.
[[nodiscard]] inline std::string dump(const Json& json) {
    return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

[[nodiscard]] inline Json parse_object(std::string_view text) {
    Json json = Json::parse(text, nullptr, false);
    return json.is_object() ? json : Json();
}

/// A member, or what stands for its absence; wrong types count as absent.
[[nodiscard]] inline std::uint64_t number_of(const Json& json, const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}
[[nodiscard]] inline bool flag_of(const Json& json, const char* name) {
    const auto found = json.find(name);
    return found != json.end() && *found == true;
}
[[nodiscard]] inline std::string text_of(const Json& json, const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}
[[nodiscard]] inline std::optional<Timestamp> time_of(const Json& json, const char* name) {
    return parse_rfc3339(text_of(json, name));
}
[[nodiscard]] inline Json time_json(const std::optional<Timestamp>& at) {
    return at ? Json(format_micros(*at)) : Json();
}

}  // namespace verohook::admin
