#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace verohook::config {

/// `"30s"`: a whole number with one of the units ms, s, m, h, d. Nothing for anything else, and for
/// what does not fit into milliseconds of 64 bits.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// `"10MiB"`: a whole number with one of the units B, KiB, MiB, GiB, as bytes.
[[nodiscard]] std::optional<std::int64_t> parse_size(std::string_view text);

/// The shortest text that `parse_duration` and `parse_size` read back; neither takes negatives.
[[nodiscard]] std::string format_duration(std::chrono::milliseconds duration);
[[nodiscard]] std::string format_size(std::int64_t bytes);

}  // namespace verohook::config
