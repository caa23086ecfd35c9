#pragma once

#include <memory>

#include <spdlog/formatter.h>

namespace verohook::sinks {

enum class LogStyle { text, json };

/// Puts time and level around what is said of an event: `TIME warn vero …`, or as JSON
/// `{"time":…,"level":…,"event":…}`. `for_syslog`: without the time in text and without a line end,
/// as syslog adds both. The payload must be printable already, and JSON in the JSON style.
[[nodiscard]] std::unique_ptr<spdlog::formatter> make_log_formatter(LogStyle style,
                                                                    bool for_syslog);

}  // namespace verohook::sinks
