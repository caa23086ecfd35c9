#pragma once

#include <verohook/base/option.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <spdlog/common.h>

namespace verohook::sinks {

/// `debug`, `info`, `warn`, `error`: the names that configuration and log lines use.
[[nodiscard]] std::string_view level_name(spdlog::level::level_enum level);
/// Nothing for any other word.
[[nodiscard]] std::optional<spdlog::level::level_enum> parse_level(std::string_view name);

/// At which level each type of event is logged; `info` where nothing is said.
class LogLevels {
public:
    /// Reads `["bounced=warn", "unrecognized=error"]`; leaves out what is wrong, and complains of
    /// it under `key`.
    [[nodiscard]] static LogLevels parse(std::string_view key,
                                         const std::vector<std::string>& entries,
                                         std::vector<OptionComplaint>& complaints);

    /// `type` is one of Vero's twelve or `unrecognized`.
    [[nodiscard]] spdlog::level::level_enum level(std::string_view type) const;

private:
    std::map<std::string, spdlog::level::level_enum, std::less<>> levels_;
};

}  // namespace verohook::sinks
