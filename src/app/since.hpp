#pragma once

#include <verohook/base/result.hpp>
#include <verohook/base/time.hpp>

#include <string>
#include <string_view>

namespace verohook::app {

/// A moment as people name it: a time (`2026-11-23T12:00:00Z`), a date, or a span back from now
/// (`90s`, `5m`, `2h`, `7d`). The error names the option that it stands behind.
[[nodiscard]] Result<Timestamp> parse_moment(std::string_view option, const std::string& text);

}  // namespace verohook::app
