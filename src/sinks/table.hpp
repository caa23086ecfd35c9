#pragma once

#include <verohook/sink/sink.hpp>

#include <string_view>
#include <vector>

namespace verohook::sinks {

/// Every kind of sink that was built in, in the order of src/sinks/CMakeLists.txt.
[[nodiscard]] const std::vector<const sink::SinkKind*>& all_kinds();

/// A kind that could have been built in, had its library been there.
struct MissingKind {
    std::string_view name;
    std::string_view package;  ///< Debian's.
};
[[nodiscard]] const std::vector<MissingKind>& missing_kinds();

}  // namespace verohook::sinks
