#pragma once

#include "sinks/postgres_fields.hpp"

#include <verohook/base/result.hpp>

#include <chrono>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct pg_conn;
struct pg_result;

namespace verohook::sinks {

/// One row of an answer, for the `read_…` of table_rows.hpp. Refers to its result.
class PostgresRow {
public:
    PostgresRow(const pg_result* result, int row) : result_(result), row_(row) {}

    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] std::string_view bytes(int column) const;
    [[nodiscard]] std::optional<std::string_view> text_or_null(int column) const;
    [[nodiscard]] std::uint64_t number(int column) const;
    [[nodiscard]] bool flag(int column) const { return number(column) != 0; }
    /// Null is the earliest time.
    [[nodiscard]] Timestamp time(int column) const;

private:
    const pg_result* result_;
    int row_;
};

/// A server's answer to one statement, all of it.
class PostgresResult {
public:
    explicit PostgresResult(pg_result* result) : result_(result) {}

    [[nodiscard]] int rows() const;
    [[nodiscard]] PostgresRow row(int index) const { return {result_.get(), index}; }
    /// How many rows the statement changed.
    [[nodiscard]] std::uint64_t changed() const;

private:
    struct Clear {
        void operator()(pg_result* result) const;
    };
    std::unique_ptr<pg_result, Clear> result_;
};

/// A connection to PostgreSQL, with a bound on how long the server may be silent. One thread.
///
/// Errors: `invalid_input` is a value that the server can never store; after `unavailable`, which
/// is all the rest, the connection is not to be used any more. What a server says of its rows in
/// detail is left out of the sentences, since they end up in logs.
class PostgresConnection {
public:
    /// `target` is a URL or a connection string; what it leaves out comes from the environment
    /// (PGHOST and so on), as with all of PostgreSQL's programs.
    [[nodiscard]] static Result<std::unique_ptr<PostgresConnection>> open(
        const std::string& target, std::chrono::milliseconds timeout);
    ~PostgresConnection();
    PostgresConnection(const PostgresConnection&) = delete;
    PostgresConnection& operator=(const PostgresConnection&) = delete;

    /// One or more statements without parameters; what they answer is dropped.
    [[nodiscard]] Result<void> execute(const std::string& script) {
        return execute(script, timeout_);
    }
    /// The same, with a bound of its own.
    [[nodiscard]] Result<void> execute(const std::string& script,
                                       std::chrono::milliseconds timeout);
    /// One statement. Parameters and answers are in PostgreSQL's binary formats.
    [[nodiscard]] Result<PostgresResult> query(const std::string& sql,
                                               std::span<const std::string_view> parameters);
    [[nodiscard]] Result<PostgresResult> query(
        const std::string& sql, std::initializer_list<std::string_view> parameters = {}) {
        return query(sql, std::span(parameters.begin(), parameters.size()));
    }
    /// A statement that takes rows, and the rows.
    [[nodiscard]] Result<void> copy(const std::string& sql, std::string_view rows);

    [[nodiscard]] std::string identifier(std::string_view name) const;  ///< Quoted.
    [[nodiscard]] std::string literal(std::string_view text) const;     ///< Quoted.
    /// For people: `PostgreSQL at 127.0.0.1:5432, database 'crm'`.
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] std::chrono::milliseconds timeout() const { return timeout_; }

private:
    explicit PostgresConnection(pg_conn* connection) : connection_(connection) {}
    [[nodiscard]] Result<void> check_server() const;
    /// Waits until all was sent, and the whole answer is there.
    [[nodiscard]] Result<PostgresResult> finish();
    [[nodiscard]] Result<pg_result*> next_result();
    [[nodiscard]] Result<void> flush();
    [[nodiscard]] Result<void> wait(bool to_write);
    [[nodiscard]] Error refused(const pg_result* result) const;
    [[nodiscard]] Error failure(std::string_view what) const;

    pg_conn* connection_;
    std::string name_;
    std::chrono::milliseconds timeout_{0};
    std::chrono::steady_clock::time_point deadline_;
};

}  // namespace verohook::sinks
