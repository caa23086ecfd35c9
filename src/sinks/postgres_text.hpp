#pragma once

#include <string>
#include <string_view>

/// PostgreSQL stores every character but U+0000. It is replaced by U+FFFD, which stands for what
/// cannot be shown.
namespace verohook::sinks {

/// Whether a JSON text may have U+0000 in it, which can stand there as an escape alone.
[[nodiscard]] bool may_have_nul(std::string_view json);
/// The JSON text without it.
[[nodiscard]] std::string json_without_nul(std::string_view json);
/// A plain text without it.
[[nodiscard]] std::string text_without_nul(std::string_view text);

}  // namespace verohook::sinks
