#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Text for terminals: columns, bars, colours.
namespace verohook::app {

/// Text from outside, made printable, and cut or filled up to a width in columns.
[[nodiscard]] std::string fitted(std::string_view text, std::size_t width);
/// As wide as asked for or wider, at the left or the right.
[[nodiscard]] std::string left(std::string text, std::size_t width);
[[nodiscard]] std::string right(std::string text, std::size_t width);
/// How many columns of a terminal a text takes.
[[nodiscard]] std::size_t width_of(std::string_view text);
/// `██████░░░░`
[[nodiscard]] std::string bar(double share, std::size_t width);
/// `12.3 %`; nothing to divide by: `-`.
[[nodiscard]] std::string percent(unsigned long long part, unsigned long long whole);
[[nodiscard]] std::string painted(std::string_view text, std::string_view colour, bool on);

inline constexpr std::string_view bold = "\x1b[1m";
inline constexpr std::string_view dim = "\x1b[2m";
inline constexpr std::string_view red = "\x1b[31m";
inline constexpr std::string_view green = "\x1b[32m";
inline constexpr std::string_view cyan = "\x1b[36m";

}  // namespace verohook::app
