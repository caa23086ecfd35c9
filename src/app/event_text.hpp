#pragma once

#include "journal/journal.hpp"

#include <verohook/event/event.hpp>

#include <string>

namespace verohook::app {

/// A journal's record with its body decoded, as the commands show it.
struct Shown {
    const journal::Record& record;
    event::Envelope envelope;
    const event::Event* event = nullptr;  ///< Null for a malformed body.
};

/// One coloured or plain line for people.
[[nodiscard]] std::string pretty_line(const Shown& shown, bool colour);
/// One JSON object on one line: the documented line, or `verohook.malformed.v1` with the body as a
/// string and where it is wrong.
[[nodiscard]] std::string json_line(const Shown& shown);
/// Vero's body on one line; a malformed one made printable, an empty one as `(empty body)`.
[[nodiscard]] std::string raw_line(const Shown& shown);

}  // namespace verohook::app
