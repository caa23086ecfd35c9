#pragma once

#include <string>
#include <string_view>

namespace verohook {

/// Appends a quoted JSON string in which no control character (C0, DEL, C1), line separator
/// (U+2028, U+2029) or bidirectional override stands unescaped, so that it is one line and harmless
/// on a terminal. Invalid UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);
/// What stands between the quotes.
void append_escaped(std::string& out, std::string_view text);
/// Appends `\u2028` and the like; `code_point` is not above U+FFFF.
void append_unicode_escape(std::string& out, char32_t code_point);

}  // namespace verohook
