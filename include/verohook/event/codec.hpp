#pragma once

#include <verohook/base/json_text.hpp>
#include <verohook/base/result.hpp>
#include <verohook/event/event.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace verohook::event {

/// Deepest nesting of arrays and objects that is taken as JSON.
inline constexpr std::size_t depth_max = 64;

/// Why a body is not an event, and where.
struct Malformed {
    std::string message;     ///< One sentence, fit for the answer to the sender.
    std::size_t offset = 0;  ///< Byte at which reading stopped, from 0.
};

/// What ingestion needs to know of a body, found without building it.
struct Classification {
    bool recognized = false;                ///< One of the twelve types.
    std::optional<std::string> type;        ///< As Vero gave it; nothing where it gave none.
    std::optional<Timestamp> occurred_at;   ///< Equal to that of `decode`.
    std::optional<std::size_t> known = {};  ///< Its place in `known_types()`, where recognized.
};

/// Judges a body: valid JSON (RFC 8259, UTF-8) within `depth_max`, an object, its type and time.
[[nodiscard]] std::variant<Classification, Malformed> classify(std::string_view body);

/// The whole body as JSON; the last of equal keys wins, earlier ones are told in `duplicate_keys`.
[[nodiscard]] boost::system::result<Value, Malformed> parse_json(
    std::string_view body, std::vector<std::string>* duplicate_keys = nullptr);

/// The typed event. Fails exactly where `classify` does.
[[nodiscard]] boost::system::result<Event, Malformed> decode(std::string_view body);

/// What a sink writes.
enum class Format {
    json,         ///< The documented line, `docs/event.schema.json`.
    raw,          ///< Vero's body, on one line.
    cloudevents,  ///< A CloudEvents 1.0 JSON envelope whose `data` is the documented line.
};
[[nodiscard]] std::optional<Format> parse_format(std::string_view name);

/// Appends one JSON object, without a line end, to `out`. Valid UTF-8 in which no control character
/// (C0, DEL, C1), line separator (U+2028, U+2029) or bidirectional override stands unescaped, so it
/// is one line and harmless on a terminal.
void encode(Format format, const Envelope& envelope, const Event& event, std::string_view body,
            std::string& out);

/// Appends any value as compact JSON with the same promise.
void append_json(std::string& out, const Value& value);
using verohook::append_json_string;

}  // namespace verohook::event
