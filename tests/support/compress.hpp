#pragma once

#include <string>
#include <string_view>

namespace verohook::test {

/// One member of gzip (RFC 1952) that holds `bytes`.
[[nodiscard]] std::string compressed(std::string_view bytes);

}  // namespace verohook::test
