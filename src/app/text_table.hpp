#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace verohook::app {

/// A cell; `colour` is an ANSI sequence or empty, and counts for no width.
struct Cell {
    std::string text;
    std::string_view colour = {};
};

enum class Align { left, right };

/// Lines for people, columns as wide as their widest cell. Texts are ASCII, or as wide as ASCII.
class TextTable {
public:
    struct Column {
        std::string title;
        Align align = Align::left;
    };
    explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

    /// As many cells as there are columns.
    void add(std::vector<Cell> row) { rows_.push_back({std::move(row), {}}); }
    /// Whole lines below the last row, indented.
    void note(std::string text) { rows_.back().notes.push_back(std::move(text)); }
    [[nodiscard]] std::string text() const;

private:
    struct Row {
        std::vector<Cell> cells;
        std::vector<std::string> notes;
    };
    std::vector<Column> columns_;
    std::vector<Row> rows_;
};

/// `3 s`, `5 min`, `2 h`, `4 d`
[[nodiscard]] std::string span_text(long long seconds);
/// `12.3 MiB`
[[nodiscard]] std::string bytes_text(unsigned long long bytes);

}  // namespace verohook::app
