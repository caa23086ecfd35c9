#pragma once

#include <verohook/base/time.hpp>

#include <optional>
#include <string_view>

namespace verohook::event {

/// The end of the name of every time member: `sent_at` for the type `sent`.
inline constexpr std::string_view time_suffix = "_at";

/// Whether `name` is the time member of events of `type`. An event without a type has none.
[[nodiscard]] bool is_time_member(std::string_view name, std::string_view type);

/// Reads whole seconds since the Unix epoch, digits only, from 1 to the end of the year 9999.
[[nodiscard]] std::optional<Timestamp> parse_seconds(std::string_view digits);

}  // namespace verohook::event
