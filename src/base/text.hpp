#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace verohook {

/// Text from outside made fit for one line of a log or a terminal: C0, DEL, C1, U+2028/2029,
/// bidirectional overrides and isolates, and invalid UTF-8 become `\n`, `\x1b`, `\u202e` and the
/// like; a backslash becomes two. At most `bytes_max` bytes of input are shown, then `…`.
[[nodiscard]] std::string printable(std::string_view text, std::size_t bytes_max = 1024);

/// Text from outside as a part of a sentence that is made `printable` where it is shown: each run
/// of blanks and of what would hurt there becomes one blank, and invalid UTF-8 becomes U+FFFD. At
/// most `bytes_max` bytes of input are taken, then `…`.
[[nodiscard]] std::string one_line(std::string_view text, std::size_t bytes_max = 1024);

/// Length in bytes of the valid UTF-8 sequence that begins at `at` and its code point; nothing if
/// invalid (RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF).
struct Utf8Step {
    std::size_t length = 0;
    char32_t code_point = 0;
};
[[nodiscard]] std::optional<Utf8Step> utf8_step(std::string_view text, std::size_t at);

/// Whether a code point would move, hide or reorder text on a terminal or split a line: C0, DEL,
/// C1, U+2028, U+2029, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069, U+061C, U+FEFF.
[[nodiscard]] bool is_dangerous(char32_t code_point);

/// The candidate nearest to `word` by edit distance, if near enough to be what was meant.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view word,
                                                      std::span<const std::string_view> candidates);

/// ASCII only.
[[nodiscard]] bool equals_ignoring_case(std::string_view left, std::string_view right);
[[nodiscard]] bool contains_ignoring_case(std::string_view text, std::string_view part);
/// A text of nothing but decimal digits; nothing for any other, and for what 64 bits do not hold.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text);
[[nodiscard]] std::string_view trim(std::string_view text);
/// The texts one after the other.
[[nodiscard]] std::string join(std::span<const std::string> texts, std::string_view between = ", ");
/// What an `errno` says, in words.
[[nodiscard]] std::string system_words(int error_number);
/// `1,234,567`
[[nodiscard]] std::string with_thousands(unsigned long long number);

}  // namespace verohook
