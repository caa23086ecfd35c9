#pragma once

#include "sinks/table_rows.hpp"
#include "sqlite/database.hpp"

#include <array>
#include <cstddef>

namespace verohook::sinks {

/// The row that a statement stands at, for the `read_…` of table_rows.hpp.
class SqliteRow {
public:
    explicit SqliteRow(const sqlite::Statement& statement) : statement_(statement) {}

    [[nodiscard]] std::uint64_t number(int column) const {
        return static_cast<std::uint64_t>(statement_.integer(column));
    }
    [[nodiscard]] bool flag(int column) const { return statement_.integer(column) != 0; }
    [[nodiscard]] std::string_view bytes(int column) const { return statement_.bytes(column); }
    [[nodiscard]] std::optional<std::string_view> text_or_null(int column) const {
        return statement_.text_or_null(column);
    }
    [[nodiscard]] bool is_null(int column) const { return statement_.is_null(column); }
    /// A time that somebody wrote by hand, and that is none, is the earliest one.
    [[nodiscard]] Timestamp time(int column) const {
        return parse_rfc3339(statement_.bytes(column)).value_or(Timestamp{});
    }

private:
    const sqlite::Statement& statement_;
};

/// Texts of times, as bound texts are not copied. Two statements must not use the same ones at
/// once.
using SqliteTimes = std::array<std::string, 5>;

/// Binds one value after the other, for the `write_…` of table_rows.hpp.
class SqliteWriter {
public:
    SqliteWriter(sqlite::Statement& statement, SqliteTimes& times)
        : statement_(statement), times_(times) {}

    void number(std::uint64_t value) { statement_.bind(++index_, value); }
    void flag(bool value) { statement_.bind(++index_, std::int64_t{value}); }
    void text(std::string_view value) { statement_.bind_text(++index_, value); }
    void text_or_null(const std::optional<std::string_view>& value) {
        statement_.bind_text_or_null(++index_, value);
    }
    void null() { statement_.bind_null(++index_); }
    void seconds(Timestamp at) {
        std::string& buffer = next_time();
        append_seconds(buffer, at);
        text(buffer);
    }
    void micros(Timestamp at) {
        std::string& buffer = next_time();
        append_micros(buffer, at);
        text(buffer);
    }

private:
    std::string& next_time() {
        std::string& buffer = times_.at(used_++);
        buffer.clear();
        return buffer;
    }

    sqlite::Statement& statement_;
    SqliteTimes& times_;
    int index_ = 0;
    std::size_t used_ = 0;
};

}  // namespace verohook::sinks
