#pragma once

#include "admin/json_support.hpp"
#include "admin/status.hpp"

namespace verohook::admin {

/// A sink as `/status` shows it.
[[nodiscard]] Json sink_json(const SinkReport& sink);

}  // namespace verohook::admin
