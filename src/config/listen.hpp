#pragma once

#include <verohook/base/result.hpp>

#include <string>
#include <string_view>

namespace verohook::config {

/// The one way to write a listen address, so that two that are the same can be told: `localhost` is
/// 127.0.0.1, `[0:0::1]` is `[::1]`. Takes what the HTTP server takes; `invalid_input` otherwise.
[[nodiscard]] Result<std::string> canonical_address(std::string_view text);

/// Whether the port is 0: such addresses differ however alike they look.
[[nodiscard]] bool has_any_port(std::string_view canonical);

}  // namespace verohook::config
