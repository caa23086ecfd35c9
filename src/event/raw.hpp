#pragma once

#include <string>
#include <string_view>

namespace verohook::event {

/// Appends `body`, which is valid JSON, on one line: the same tokens byte for byte, but no blanks
/// between them, and dangerous characters inside strings as `\uXXXX`.
void append_compacted(std::string& out, std::string_view body);

}  // namespace verohook::event
