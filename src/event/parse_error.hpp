#pragma once

#include <verohook/event/codec.hpp>

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <string_view>

namespace verohook::event {

/// Turns Boost.JSON's refusal of `body` at byte `offset` into one plain sentence.
[[nodiscard]] Malformed explain_json_error(std::string_view body, std::size_t offset,
                                           const boost::system::error_code& code);

/// Why a valid JSON value that is no object is not an event.
[[nodiscard]] Malformed explain_not_an_object(std::string_view body);

}  // namespace verohook::event
