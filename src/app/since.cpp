#include "app/since.hpp"

#include "base/text.hpp"
#include "config/units.hpp"

#include <chrono>
#include <optional>

namespace verohook::app {

namespace {

/// Longer ago than anything that is kept, and near enough for every clock.
constexpr std::chrono::days span_max{36'500};

std::optional<Timestamp> parse(std::string_view text) {
    if (const auto span = config::parse_duration(text)) {
        return *span <= span_max ? std::optional(system_clock().now() - *span) : std::nullopt;
    }
    return parse_rfc3339(text);
}

}  // namespace

Result<Timestamp> parse_moment(std::string_view option, const std::string& text) {
    if (const auto at = parse(text)) {
        return *at;
    }
    return Error{ErrorCode::invalid_input,
                 std::string(option) + " '" + printable(text, 64) +
                     "': give a time such as 2026-11-23T12:00:00Z, a date, or a span such as 90s, "
                     "5m, 2h, 7d (36500d at the most)"};
}

}  // namespace verohook::app
