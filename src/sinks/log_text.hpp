#pragma once

#include <verohook/event/event.hpp>

#include <string>
#include <string_view>

namespace verohook::sinks {

/// Appends what the text style says of an event:
/// `bounced seq=12 id=… user=123 email=… campaign="Order confirmation" bounce=hard …`. What Vero
/// did not give is left out, long values are cut, and no control character gets through.
void append_log_text(std::string& out, const event::Envelope& envelope, const event::Event& event);

/// Appends one value as logfmt has it: quoted where it is empty or holds a blank, `=`, `"` or `\`.
/// Anything that is not printable is escaped, invalid UTF-8 too.
void append_log_value(std::string& out, std::string_view value);

}  // namespace verohook::sinks
