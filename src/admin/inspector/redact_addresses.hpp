#pragma once

#include <string>
#include <string_view>

namespace verohook::admin {

/// Every e-mail address of a text with its local part hidden (`***@example.com`), also where the
/// at sign is written as an escape of JSON or of a URL.
[[nodiscard]] std::string redact_addresses(std::string_view text);

}  // namespace verohook::admin
