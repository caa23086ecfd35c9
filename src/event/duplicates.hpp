#pragma once

#include <verohook/event/value.hpp>

#include <string>
#include <vector>

namespace verohook::event {

/// Leaves one member of each name in `object`: in the place of the first, with the value of the
/// last. Adds the name to `names`, if given, once for each value that was dropped.
void merge_duplicates(Object& object, std::vector<std::string>* names);

}  // namespace verohook::event
