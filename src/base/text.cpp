#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <numeric>
#include <system_error>
#include <vector>

namespace verohook {

namespace {

bool is_continuation(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

char lower(char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character + 32) : character;
}

void append_escape(std::string& out, char32_t code_point) {
    switch (code_point) {
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
            break;
    }
    std::array<char, 16> text{};
    const int length =
        std::snprintf(text.data(), text.size(), code_point < 0x100 ? "\\x%02x" : "\\u%04x",
                      static_cast<unsigned>(code_point));
    out.append(text.data(), static_cast<std::size_t>(length));
}

std::size_t edit_distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> row(right.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= left.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const std::size_t substitute = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
        }
    }
    return row.back();
}

}  // namespace

std::optional<Utf8Step> utf8_step(std::string_view text, std::size_t at) {
    if (at >= text.size()) {
        return std::nullopt;
    }
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80) {
        return Utf8Step{1, lead};
    }
    std::size_t length = 0;
    char32_t code_point = 0;
    char32_t smallest = 0;
    if ((lead & 0xE0U) == 0xC0U) {
        length = 2, code_point = lead & 0x1FU, smallest = 0x80;
    } else if ((lead & 0xF0U) == 0xE0U) {
        length = 3, code_point = lead & 0x0FU, smallest = 0x800;
    } else if ((lead & 0xF8U) == 0xF0U) {
        length = 4, code_point = lead & 0x07U, smallest = 0x10000;
    } else {
        return std::nullopt;
    }
    if (text.size() - at < length) {
        return std::nullopt;
    }
    for (std::size_t index = 1; index < length; ++index) {
        if (!is_continuation(text[at + index])) {
            return std::nullopt;
        }
        code_point = code_point << 6U | (static_cast<unsigned char>(text[at + index]) & 0x3FU);
    }
    const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    if (code_point < smallest || code_point > 0x10FFFF || surrogate) {
        return std::nullopt;
    }
    return Utf8Step{length, code_point};
}

bool is_dangerous(char32_t code_point) {
    return code_point < 0x20 || (code_point >= 0x7F && code_point <= 0x9F) ||
           code_point == 0x061C || code_point == 0x200E || code_point == 0x200F ||
           (code_point >= 0x2028 && code_point <= 0x202E) ||
           (code_point >= 0x2066 && code_point <= 0x2069) || code_point == 0xFEFF;
}

std::string printable(std::string_view text, std::size_t bytes_max) {
    const bool cut = text.size() > bytes_max;
    const std::size_t end = cut ? bytes_max : text.size();
    std::string out;
    out.reserve(end + 8);
    for (std::size_t at = 0; at < end;) {
        const auto step = utf8_step(text, at);
        if (!step) {
            append_escape(out, static_cast<unsigned char>(text[at]));
            at += 1;
            continue;
        }
        if (step->code_point == '\\') {
            out += "\\\\";
        } else if (is_dangerous(step->code_point)) {
            append_escape(out, step->code_point);
        } else {
            out.append(text.substr(at, step->length));
        }
        at += step->length;
    }
    if (cut) {
        out += "…";
    }
    return out;
}

std::string one_line(std::string_view text, std::size_t bytes_max) {
    text = trim(text);
    const bool cut = text.size() > bytes_max;
    const std::size_t end = cut ? bytes_max : text.size();
    std::string out;
    for (std::size_t at = 0; at < end;) {
        const auto step = utf8_step(text, at);
        if (!step) {
            out += "\xef\xbf\xbd";
        } else if (step->code_point != ' ' && !is_dangerous(step->code_point)) {
            out.append(text.substr(at, step->length));
        } else if (!out.ends_with(' ')) {
            out += ' ';
        }
        at += step ? step->length : 1;
    }
    if (cut) {
        out += "…";
    }
    return out;
}

std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates) {
    std::optional<std::string_view> best;
    // Up to a third of the word may differ; beyond that a suggestion is only noise.
    std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string_view candidate : candidates) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < best_distance && distance < candidate.size()) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

bool equals_ignoring_case(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           std::equal(left.begin(), left.end(), right.begin(),
                      [](char a, char b) { return a == b || lower(a) == lower(b); });
}

bool contains_ignoring_case(std::string_view text, std::string_view part) {
    return part.empty() ||
           std::search(text.begin(), text.end(), part.begin(), part.end(),
                       [](char a, char b) { return lower(a) == lower(b); }) != text.end();
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && stopped == end ? std::optional(number) : std::nullopt;
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(blank);
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

std::string join(std::span<const std::string> texts, std::string_view between) {
    std::string joined;
    for (std::size_t index = 0; index < texts.size(); ++index) {
        joined.append(index == 0 ? "" : between).append(texts[index]);
    }
    return joined;
}

std::string system_words(int error_number) {
    return std::generic_category().message(error_number);
}

std::string with_thousands(unsigned long long number) {
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, 1, ',');
    }
    return digits;
}

}  // namespace verohook
