#include "event/parse_error.hpp"

#include "base/text.hpp"

#include <boost/json/error.hpp>

#include <cstdio>
#include <string>

namespace verohook::event {

namespace {

constexpr std::string_view blank = " \t\r\n";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t escape_length = 6;

/// Whether the six bytes that end at `end` are the escape of a leading surrogate.
bool ends_in_leading_surrogate(std::string_view body, std::size_t end) {
    if (end < escape_length || end > body.size()) {
        return false;
    }
    const std::string_view escape = body.substr(end - escape_length, escape_length);
    return escape.starts_with("\\u") && (escape[2] == 'd' || escape[2] == 'D') &&
           std::string_view{"89aAbB"}.find(escape[3]) != std::string_view::npos;
}

/// The UTF-8 sequence at `offset`, or around it: reading may have stopped within. Empty if invalid.
std::string_view character_at(std::string_view body, std::size_t offset) {
    std::size_t start = offset;
    while (start > 0 && offset - start < 3 &&
           (static_cast<unsigned char>(body[start]) & 0xC0U) == 0x80U) {
        --start;
    }
    const auto step = utf8_step(body, start);
    return step && start + step->length > offset ? body.substr(start, step->length)
                                                 : std::string_view{};
}

std::string explain_unexpected(std::string_view body, std::size_t offset) {
    const auto byte = static_cast<unsigned char>(body[offset]);
    if (offset == 0 && body.starts_with(byte_order_mark)) {
        return "The body begins with a byte order mark, which JSON does not allow.";
    }
    const std::string_view character = character_at(body, offset);
    if (character.empty()) {
        return "The body is not valid UTF-8.";
    }
    if (ends_in_leading_surrogate(body, offset) ||
        (offset > 0 && ends_in_leading_surrogate(body, offset - 1))) {
        return "A \\u escape gives one half of a surrogate pair without the other.";
    }
    if (byte < 0x20 || byte == 0x7F) {
        std::string code(5, '\0');
        code.resize(static_cast<std::size_t>(
            std::snprintf(code.data(), code.size(), "0x%02x", static_cast<unsigned>(byte))));
        return "The control character " + code + " is not allowed here.";
    }
    return "The JSON is not valid: `" + printable(character) + "` was not expected here.";
}

}  // namespace

Malformed explain_json_error(std::string_view body, std::size_t offset,
                             const boost::system::error_code& code) {
    using boost::json::error;
    if (body.find_first_not_of(blank) == std::string_view::npos) {
        return {"The body is empty.", body.size()};
    }
    if (code == error::incomplete || offset >= body.size()) {
        return {"The JSON ends before it is complete.", body.size()};
    }
    if (code == error::extra_data) {
        return {"There is something after the end of the JSON.", offset};
    }
    if (code == error::too_deep) {
        return {"The JSON is nested deeper than " + std::to_string(depth_max) + " levels.", offset};
    }
    if (code == error::exponent_overflow) {
        return {"The exponent of a number is too large.", offset};
    }
    if (code == error::expected_hex_digit || code == error::illegal_leading_surrogate ||
        code == error::illegal_trailing_surrogate) {
        return {"A \\u escape needs four hexadecimal digits, and surrogates must come in pairs.",
                offset};
    }
    return {explain_unexpected(body, offset), offset};
}

Malformed explain_not_an_object(std::string_view body) {
    const std::size_t offset = body.find_first_not_of(blank);
    std::string_view kind = "a number";
    switch (body[offset]) {
        case '[':
            kind = "an array";
            break;
        case '"':
            kind = "a string";
            break;
        case 't':
        case 'f':
            kind = "a boolean";
            break;
        case 'n':
            kind = "null";
            break;
        default:
            break;
    }
    return {"The body is " + std::string(kind) + ", but an event is a JSON object.", offset};
}

}  // namespace verohook::event
