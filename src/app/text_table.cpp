#include "app/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace verohook::app {

namespace {

constexpr std::string_view colour_end = "\x1b[0m";

void append_cell(std::string& line, const Cell& cell, std::size_t width, Align align) {
    const std::string blank(width - std::min(width, cell.text.size()), ' ');
    line += align == Align::right ? blank : "";
    line.append(cell.colour).append(cell.text);
    line += cell.colour.empty() ? "" : colour_end;
    line += align == Align::left ? blank : "";
}

}  // namespace

std::string TextTable::text() const {
    std::vector<std::size_t> widths;
    for (const Column& column : columns_) {
        widths.push_back(column.title.size());
    }
    for (const Row& row : rows_) {
        for (std::size_t at = 0; at < widths.size(); ++at) {
            widths[at] = std::max(widths[at], row.cells[at].text.size());
        }
    }
    std::string out;
    const auto append_line = [&](const std::vector<Cell>& cells) {
        std::string line;
        for (std::size_t at = 0; at < widths.size(); ++at) {
            line += at == 0 ? "" : "  ";
            append_cell(line, cells[at], widths[at], columns_[at].align);
        }
        while (line.ends_with(' ')) {
            line.pop_back();
        }
        out += line + "\n";
    };
    std::vector<Cell> titles;
    for (const Column& column : columns_) {
        titles.push_back({column.title});
    }
    append_line(titles);
    for (const Row& row : rows_) {
        append_line(row.cells);
        for (const std::string& note : row.notes) {
            out += "    " + note + "\n";
        }
    }
    return out;
}

std::string span_text(long long seconds) {
    constexpr long long minute = 60;
    constexpr long long hour = 60 * minute;
    constexpr long long day = 24 * hour;
    if (seconds < 2 * minute) {
        return fmt::format("{} s", seconds);
    }
    if (seconds < 2 * hour) {
        return fmt::format("{} min", seconds / minute);
    }
    return seconds < 2 * day ? fmt::format("{} h", seconds / hour)
                             : fmt::format("{} d", seconds / day);
}

std::string bytes_text(unsigned long long bytes) {
    constexpr std::array<std::string_view, 5> units{"B", "KiB", "MiB", "GiB", "TiB"};
    auto number = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (number >= 1024 && unit + 1 < units.size()) {
        number /= 1024;
        ++unit;
    }
    return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", number, units[unit]);
}

}  // namespace verohook::app
