#pragma once

#include <verohook/base/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// PostgreSQL's binary formats: of rows for COPY, of arrays for parameters, and of single values.
/// https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4
namespace verohook::sinks {

/// Types of columns, by PostgreSQL's fixed numbers for them.
enum class PostgresType : unsigned { boolean = 16, bigint = 20, text = 25, timestamptz = 1184 };

[[nodiscard]] std::int64_t to_postgres_micros(Timestamp at);
/// `infinity`, which somebody wrote by hand, is the earliest time.
[[nodiscard]] Timestamp from_postgres_micros(std::int64_t micros);
/// A number of 2, 4 or 8 bytes, the most significant first.
[[nodiscard]] std::int64_t read_integer(std::string_view bytes);
/// A `bigint`.
[[nodiscard]] std::string integer_bytes(std::uint64_t value);

/// Appends fields, each its length and its bytes.
class PostgresFields {
public:
    void number(std::uint64_t value);
    void flag(bool value);
    void text(std::string_view value);
    void text_or_null(const std::optional<std::string_view>& value);
    void null();
    void seconds(Timestamp at) { micros(at); }
    void micros(Timestamp at);

    [[nodiscard]] const std::string& bytes() const { return bytes_; }

protected:
    std::string bytes_;
};

/// Rows for `COPY … FROM STDIN (FORMAT binary)`.
class PostgresRows final : public PostgresFields {
public:
    explicit PostgresRows(std::uint16_t columns) : columns_(columns) { clear(); }

    void clear();
    /// The fields that follow are its columns.
    void begin_row();
    /// After the last row.
    void end();

private:
    std::uint16_t columns_;
};

/// One array, a parameter of a statement. Each field is an element.
class PostgresArray final : public PostgresFields {
public:
    explicit PostgresArray(PostgresType type) : type_(type) { clear(); }

    void clear();
    /// After the last element.
    void end(std::size_t count);

private:
    PostgresType type_;
};

/// Rows as one array for each column, for `unnest`. A `Writer` of table_rows.hpp.
class PostgresColumns {
public:
    /// Of each column: `t` text, `n` number, `f` flag, `s` time.
    explicit PostgresColumns(std::string_view types);

    void clear();
    /// The values that follow go into the first columns, in their order.
    void begin_row();
    void number(std::uint64_t value) { next().number(value); }
    void flag(bool value) { next().flag(value); }
    void text(std::string_view value) { next().text(value); }
    void text_or_null(const std::optional<std::string_view>& value) { next().text_or_null(value); }
    void null() { next().null(); }
    void seconds(Timestamp at) { next().micros(at); }
    void micros(Timestamp at) { next().micros(at); }

    [[nodiscard]] bool empty() const { return rows_ == 0; }
    /// The arrays; nothing may be added after that until `clear`.
    [[nodiscard]] std::vector<std::string_view> parameters();
    /// `unnest($1::text[], $2::bigint[])`
    [[nodiscard]] const std::string& unnest() const { return unnest_; }

private:
    PostgresArray& next() { return columns_.at(column_++); }

    std::vector<PostgresArray> columns_;
    std::string unnest_;
    std::size_t column_ = 0;
    std::size_t rows_ = 0;
};

}  // namespace verohook::sinks
