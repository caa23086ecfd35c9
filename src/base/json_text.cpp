#include <verohook/base/json_text.hpp>

#include "base/text.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace verohook {

namespace {

constexpr std::size_t word_size = sizeof(std::uint64_t);

/// Whether any of eight bytes is a control character, DEL, a quote, a backslash or not ASCII. Each
/// term sets a byte's high bit if the byte is of that kind; a carry can only add a false alarm.
bool needs_care(const char* bytes) {
    constexpr std::uint64_t ones = 0x0101010101010101U;
    constexpr std::uint64_t high = 0x8080808080808080U;
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, word_size);
    const std::uint64_t quote = word ^ (ones * '"');
    const std::uint64_t backslash = word ^ (ones * '\\');
    const std::uint64_t del = word ^ (ones * 0x7FU);
    const std::uint64_t found =
        (word - ones * 0x20U) | (quote - ones) | (backslash - ones) | (del - ones) | word;
    return (found & high) != 0;
}

bool is_plain(char character) {
    const auto byte = static_cast<unsigned char>(character);
    return byte >= 0x20 && byte < 0x7F && character != '"' && character != '\\';
}

std::size_t skip_plain(std::string_view text, std::size_t at) {
    while (text.size() - at >= word_size && !needs_care(text.data() + at)) {
        at += word_size;
    }
    // The rest together with a part of what was looked at, instead of byte by byte.
    if (at < text.size() && text.size() >= word_size && text.size() - at < word_size &&
        !needs_care(text.data() + text.size() - word_size)) {
        return text.size();
    }
    while (at < text.size() && is_plain(text[at])) {
        ++at;
    }
    return at;
}

void append_special(std::string& out, char32_t code_point) {
    switch (code_point) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            append_unicode_escape(out, code_point);
            return;
    }
}

}  // namespace

void append_unicode_escape(std::string& out, char32_t code_point) {
    constexpr std::string_view digits = "0123456789abcdef";
    const std::array<char, 6> escape{'\\',
                                     'u',
                                     digits[code_point >> 12U & 0xFU],
                                     digits[code_point >> 8U & 0xFU],
                                     digits[code_point >> 4U & 0xFU],
                                     digits[code_point & 0xFU]};
    out.append(escape.data(), escape.size());
}

void append_escaped(std::string& out, std::string_view text) {
    std::size_t run = 0;  // What is before it has been written.
    std::size_t at = skip_plain(text, 0);
    while (at < text.size()) {
        const auto step = utf8_step(text, at);
        const bool ascii = static_cast<unsigned char>(text[at]) < 0x80;
        if (!step || ascii || is_dangerous(step->code_point)) {
            out.append(text.substr(run, at - run));
            if (step) {
                append_special(out, step->code_point);
            } else {
                out += "\xEF\xBF\xBD";
            }
            run = at + (step ? step->length : 1);
        }
        at = skip_plain(text, at + (step ? step->length : 1));
    }
    out.append(text.substr(run));
}

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    append_escaped(out, text);
    out += '"';
}

}  // namespace verohook
