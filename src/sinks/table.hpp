#pragma once

#include <verohook/sink/sink.hpp>

#include <vector>

namespace verohook::sinks {

/// Every kind of sink that was built in, in the order of src/sinks/CMakeLists.txt.
[[nodiscard]] const std::vector<const sink::SinkKind*>& all_kinds();

}  // namespace verohook::sinks
