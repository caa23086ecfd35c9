#pragma once

#include <verohook/event/value.hpp>

#include <string>

namespace verohook::event {

/// As `append_json`, without the copy that a `Value` of them would need.
void append_json_array(std::string& out, const Array& array);
void append_json_object(std::string& out, const Object& object);

}  // namespace verohook::event
