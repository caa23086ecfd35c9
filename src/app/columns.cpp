#include "app/columns.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace verohook::app {

namespace {

struct Range {
    char32_t first;
    char32_t last;
};

/// What East Asian scripts and pictures take two columns for, as far as it matters here.
constexpr std::array<Range, 9> wide{{{0x1100, 0x115F},
                                     {0x2E80, 0xA4CF},
                                     {0xAC00, 0xD7A3},
                                     {0xF900, 0xFAFF},
                                     {0xFE30, 0xFE6F},
                                     {0xFF00, 0xFF60},
                                     {0xFFE0, 0xFFE6},
                                     {0x1F300, 0x1FAFF},
                                     {0x20000, 0x3FFFD}}};

std::size_t width_of(char32_t code_point) {
    if ((code_point >= 0x300 && code_point <= 0x36F) || code_point == 0x200D) {
        return 0;  // Stands over, or joins, what was there before.
    }
    const bool is_wide = std::any_of(wide.begin(), wide.end(), [&](const Range& range) {
        return code_point >= range.first && code_point <= range.last;
    });
    return is_wide ? 2 : 1;
}

/// Bytes of the longest beginning that is no wider.
std::size_t bytes_within(std::string_view text, std::size_t width) {
    std::size_t at = 0;
    std::size_t used = 0;
    while (at < text.size()) {
        const auto step = utf8_step(text, at);
        used += step ? width_of(step->code_point) : 1;
        if (used > width) {
            return at;
        }
        at += step ? step->length : 1;
    }
    return at;
}

}  // namespace

std::size_t width_of(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto step = utf8_step(text, at);
        width += step ? width_of(step->code_point) : 1;
        at += step ? step->length : 1;
    }
    return width;
}

std::string left(std::string text, std::size_t width) {
    text.append(width - std::min(width, width_of(text)), ' ');
    return text;
}

std::string right(std::string text, std::size_t width) {
    text.insert(0, width - std::min(width, width_of(text)), ' ');
    return text;
}

std::string fitted(std::string_view text, std::size_t width) {
    std::string shown = printable(text, width * 4);
    if (width_of(shown) > width) {
        shown.resize(bytes_within(shown, width - 1));
        shown += "…";
    }
    return left(std::move(shown), width);
}

std::string bar(double share, std::size_t width) {
    const double clamped = std::clamp(share, 0.0, 1.0);
    const auto full = static_cast<std::size_t>(std::lround(clamped * static_cast<double>(width)));
    std::string text;
    for (std::size_t index = 0; index < width; ++index) {
        text += index < full ? "█" : "░";
    }
    return text;
}

std::string percent(unsigned long long part, unsigned long long whole) {
    if (whole == 0) {
        return "-";
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f %%",
                  100.0 * static_cast<double>(part) / static_cast<double>(whole));
    return text.data();
}

std::string painted(std::string_view text, std::string_view colour, bool on) {
    return on ? std::string(colour).append(text).append("\x1b[0m") : std::string(text);
}

}  // namespace verohook::app
