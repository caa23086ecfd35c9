#pragma once

#include <verohook/event/codec.hpp>

#include <string_view>

namespace verohook::ingest {

/// Whether a Content-Encoding says that a body is compressed.
[[nodiscard]] bool is_gzip(std::string_view coding);

/// Why a malformed body is none of Vero's events: in the answer to its sender, and for whoever
/// reads the journal later. `kept_headers` are those of its record; a Content-Encoding among them
/// says that the body is still compressed, because it could not be decompressed.
[[nodiscard]] event::Malformed explain_malformed(std::string_view body,
                                                 std::string_view kept_headers);

}  // namespace verohook::ingest
