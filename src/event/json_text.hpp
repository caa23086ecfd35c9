#pragma once

#include <verohook/event/value.hpp>

#include <string>
#include <string_view>

namespace verohook::event {

/// Appends `text` as it stands between the quotes of a JSON string, with the promise of
/// `append_json_string`.
void append_escaped(std::string& out, std::string_view text);

/// Appends `\u2028` and the like; `code_point` is not above U+FFFF.
void append_unicode_escape(std::string& out, char32_t code_point);

/// As `append_json`, without the copy that a `Value` of them would need.
void append_json_array(std::string& out, const Array& array);
void append_json_object(std::string& out, const Object& object);

}  // namespace verohook::event
