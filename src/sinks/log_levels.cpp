#include "sinks/log_levels.hpp"

#include "base/text.hpp"

#include <verohook/event/event.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace verohook::sinks {

namespace {

using spdlog::level::level_enum;

constexpr std::array<std::pair<std::string_view, level_enum>, 4> names{
    {{"debug", spdlog::level::debug},
     {"info", spdlog::level::info},
     {"warn", spdlog::level::warn},
     {"error", spdlog::level::err}}};

Error wrong(std::string_view entry, const std::string& why) {
    return {ErrorCode::invalid_input, "levels: '" + std::string(entry) + "' " + why};
}

}  // namespace

std::string_view level_name(level_enum level) {
    const auto* const found =
        std::find_if(names.begin(), names.end(), [&](auto& name) { return name.second == level; });
    return found == names.end() ? "error" : found->first;
}

Result<level_enum> parse_level(std::string_view name) {
    const auto* const found =
        std::find_if(names.begin(), names.end(), [&](auto& pair) { return pair.first == name; });
    if (found == names.end()) {
        return Error{ErrorCode::invalid_input, "'" + std::string(name) +
                                                   "' is no level; levels are debug, info, warn "
                                                   "and error"};
    }
    return found->second;
}

Result<LogLevels> LogLevels::parse(const std::vector<std::string>& entries) {
    std::vector<std::string_view> types = event::known_types();
    types.push_back("unrecognized");
    LogLevels levels;
    for (const std::string& entry : entries) {
        const std::size_t equals = entry.find('=');
        if (equals == std::string::npos) {
            return wrong(entry, "must look like \"bounced=warn\"");
        }
        const std::string type(trim(std::string_view(entry).substr(0, equals)));
        if (std::find(types.begin(), types.end(), type) == types.end()) {
            const auto meant = nearest(type, types);
            return wrong(entry, "names no type of event" +
                                    (meant ? "; did you mean '" + std::string(*meant) + "'?" : ""));
        }
        const auto level = parse_level(trim(std::string_view(entry).substr(equals + 1)));
        if (!level) {
            return wrong(entry, "is wrong: " + level.error().message);
        }
        levels.levels_[type] = *level;
    }
    return levels;
}

level_enum LogLevels::level(std::string_view type) const {
    const auto found = levels_.find(type);
    return found == levels_.end() ? spdlog::level::info : found->second;
}

}  // namespace verohook::sinks
