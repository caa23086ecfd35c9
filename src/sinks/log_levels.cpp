#include "sinks/log_levels.hpp"

#include "base/text.hpp"

#include <verohook/event/event.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>

namespace verohook::sinks {

namespace {

using spdlog::level::level_enum;

constexpr std::array<std::pair<std::string_view, level_enum>, 4> level_names{
    {{"debug", spdlog::level::debug},
     {"info", spdlog::level::info},
     {"warn", spdlog::level::warn},
     {"error", spdlog::level::err}}};

std::string no_type(std::string_view type, std::span<const std::string_view> types) {
    const auto meant = nearest(type, types);
    return "there is no type of event '" + printable(type, 64) + "'" +
           (meant ? "; did you mean '" + std::string(*meant) + "'?" : "");
}

std::string no_level(std::string_view level) {
    std::array<std::string_view, level_names.size()> words;
    std::transform(level_names.begin(), level_names.end(), words.begin(),
                   [](auto& name) { return name.first; });
    const auto meant = nearest(level, words);
    return "there is no level '" + printable(level, 64) + "'; " +
           (meant ? "did you mean '" + std::string(*meant) + "'?"
                  : "there are debug, info, warn and error");
}

}  // namespace

std::string_view level_name(level_enum level) {
    const auto* const found = std::find_if(level_names.begin(), level_names.end(),
                                           [&](auto& name) { return name.second == level; });
    return found == level_names.end() ? "error" : found->first;
}

std::optional<level_enum> parse_level(std::string_view name) {
    const auto* const found = std::find_if(level_names.begin(), level_names.end(),
                                           [&](auto& pair) { return pair.first == name; });
    return found == level_names.end() ? std::nullopt : std::optional(found->second);
}

LogLevels LogLevels::parse(std::string_view key, const std::vector<std::string>& entries,
                           std::vector<OptionComplaint>& complaints) {
    std::vector<std::string_view> types = event::known_types();
    types.push_back("unrecognized");
    LogLevels levels;
    for (std::size_t index = 0; index < entries.size(); ++index) {
        const std::string_view entry = entries[index];
        const auto complain = [&](const std::string& sentence) {
            complaints.push_back({key, "'" + printable(entry, 64) + "': " + sentence, index});
        };
        const std::size_t equals = entry.find('=');
        if (equals == std::string_view::npos) {
            complain("must look like \"bounced=warn\"");
            continue;
        }
        const std::string_view type = trim(entry.substr(0, equals));
        const auto level = parse_level(trim(entry.substr(equals + 1)));
        if (std::find(types.begin(), types.end(), type) == types.end()) {
            complain(no_type(type, types));
        } else if (level) {
            levels.levels_[std::string(type)] = *level;
        }
        if (!level) {
            complain(no_level(trim(entry.substr(equals + 1))));
        }
    }
    return levels;
}

level_enum LogLevels::level(std::string_view type) const {
    const auto found = levels_.find(type);
    return found == levels_.end() ? spdlog::level::info : found->second;
}

}  // namespace verohook::sinks
