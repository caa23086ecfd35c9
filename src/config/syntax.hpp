#pragma once

#include <toml++/toml.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace verohook::config {

/// Why a text is not read, and where.
struct SyntaxProblem {
    std::size_t line = 1;
    std::string sentence;
};

/// Longest file and line that are read. A line such as `a.a.a.a… = 1` nests tables, and the library
/// destroys them recursively: beyond some 20,000 it would run out of stack.
inline constexpr std::size_t file_bytes_max = 1024UL * 1024;
inline constexpr std::size_t line_bytes_max = 8UL * 1024;
[[nodiscard]] std::optional<SyntaxProblem> check_bounds(std::string_view toml);

/// The library's own complaint, without any value of the file: a number that it cannot read may be
/// a secret whose quotes were forgotten.
[[nodiscard]] SyntaxProblem describe_error(const toml::parse_error& error);

}  // namespace verohook::config
