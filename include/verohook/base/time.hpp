#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace verohook {

/// A moment of the wall clock, UTC, in microseconds since the Unix epoch.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// Where the time comes from, so that tests can bring their own.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Timestamp now() const = 0;
};

/// The system's clock. Lives as long as the program.
[[nodiscard]] const Clock& system_clock();

/// RFC 3339, UTC: `2015-06-22T23:37:18Z`.
[[nodiscard]] std::string format_seconds(Timestamp at);

/// RFC 3339, UTC, with six digits: `2015-06-22T23:37:18.000000Z`.
[[nodiscard]] std::string format_micros(Timestamp at);

/// The same as `format_micros`, appended to `out`.
void append_micros(std::string& out, Timestamp at);
void append_seconds(std::string& out, Timestamp at);

/// Reads RFC 3339 (`Z` or an offset, any number of digits for the fraction), or a date alone
/// (`2026-11-23`, midnight UTC). Nothing for anything else.
[[nodiscard]] std::optional<Timestamp> parse_rfc3339(std::string_view text);

}  // namespace verohook
