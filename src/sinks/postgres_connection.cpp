#include "sinks/postgres_connection.hpp"

#include "base/text.hpp"
#include "sinks/postgres_url.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>

#include <libpq-fe.h>
#include <poll.h>

namespace verohook::sinks {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// The first with what the tables need (generated columns).
constexpr int server_version_min = 120000;
constexpr const char* connect_timeout_s = "10";
constexpr int binary = 1;
/// The server itself ends a statement that takes too long, and says so; if it still can.
constexpr milliseconds grace{1000};

struct FreeText {
    void operator()(char* text) const { PQfreemem(text); }
};

}  // namespace

bool PostgresRow::is_null(int column) const {
    return PQgetisnull(result_, row_, column) != 0;
}

std::string_view PostgresRow::bytes(int column) const {
    return {PQgetvalue(result_, row_, column),
            static_cast<std::size_t>(PQgetlength(result_, row_, column))};
}

std::optional<std::string_view> PostgresRow::text_or_null(int column) const {
    return is_null(column) ? std::nullopt : std::optional(bytes(column));
}

std::uint64_t PostgresRow::number(int column) const {
    return static_cast<std::uint64_t>(read_integer(bytes(column)));
}

Timestamp PostgresRow::time(int column) const {
    return is_null(column) ? Timestamp{} : from_postgres_micros(read_integer(bytes(column)));
}

int PostgresResult::rows() const {
    return PQntuples(result_.get());
}

std::uint64_t PostgresResult::changed() const {
    const std::string_view text = PQcmdTuples(result_.get());
    std::uint64_t count = 0;  // Stays so for a statement that changes no rows.
    std::from_chars(text.data(), text.data() + text.size(), count);
    return count;
}

void PostgresResult::Clear::operator()(pg_result* result) const {
    PQclear(result);
}

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::open(const std::string& target,
                                                                     milliseconds timeout) {
    if (!target.empty() && !is_postgres_target(target)) {
        return Error{ErrorCode::unavailable, std::string("the URL ") + postgres_target_rule};
    }
    std::vector<const char*> names{"fallback_application_name"};
    std::vector<const char*> values{"verohook"};
    const auto add = [&](const char* name, const char* value) {
        names.push_back(name);
        values.push_back(value);
    };
    // What comes later decides: the target over this default.
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment.
    if (std::getenv("PGCONNECT_TIMEOUT") == nullptr) {
        add("connect_timeout", connect_timeout_s);
    }
    if (!target.empty()) {
        add("dbname", target.c_str());
    }
    add("client_encoding", "UTF8");
    names.push_back(nullptr);
    values.push_back(nullptr);
    std::unique_ptr<PostgresConnection> opened(
        new PostgresConnection(PQconnectdbParams(names.data(), values.data(), 1)));
    pg_conn* const connection = opened->connection_;
    if (PQstatus(connection) != CONNECTION_OK) {
        return Error{ErrorCode::unavailable,
                     "cannot connect to PostgreSQL: " + one_line(PQerrorMessage(connection))};
    }
    // Notices are for people at a terminal.
    PQsetNoticeReceiver(
        connection, [](void*, const pg_result*) {}, nullptr);
    const std::string host = PQhost(connection);
    opened->name_ = "PostgreSQL at " + host + (host.starts_with('/') ? " port " : ":") +
                    PQport(connection) + ", database '" + PQdb(connection) + "'";
    opened->timeout_ = timeout;
    if (auto checked = opened->check_server(); !checked) {
        return checked.error();
    }
    if (PQsetnonblocking(connection, 1) != 0) {
        return opened->failure(PQerrorMessage(connection));
    }
    return opened;
}

PostgresConnection::~PostgresConnection() {
    PQfinish(connection_);
}

Result<void> PostgresConnection::check_server() const {
    if (PQserverVersion(connection_) < server_version_min) {
        return Error{ErrorCode::unavailable, name_ + " is older than version 12"};
    }
    const char* const encoding = PQparameterStatus(connection_, "server_encoding");
    if (encoding == nullptr || std::string_view(encoding) != "UTF8") {
        return Error{ErrorCode::unavailable,
                     name_ +
                         " has another encoding than UTF8: make a database with "
                         "ENCODING 'UTF8'"};
    }
    return {};
}

Result<void> PostgresConnection::execute(const std::string& script, milliseconds timeout) {
    deadline_ = steady_clock::now() + timeout + grace;
    if (PQsendQuery(connection_, script.c_str()) == 0) {
        return failure(PQerrorMessage(connection_));
    }
    auto done = finish();
    return done ? Result<void>{} : done.error();
}

Result<PostgresResult> PostgresConnection::query(const std::string& sql,
                                                 std::span<const std::string_view> parameters) {
    std::vector<const char*> values;
    std::vector<int> lengths;
    for (const std::string_view parameter : parameters) {
        values.push_back(parameter.empty() ? "" : parameter.data());  // Else it would be null.
        lengths.push_back(static_cast<int>(parameter.size()));
    }
    const std::vector<int> formats(parameters.size(), binary);
    deadline_ = steady_clock::now() + timeout_ + grace;
    if (PQsendQueryParams(connection_, sql.c_str(), static_cast<int>(parameters.size()), nullptr,
                          values.data(), lengths.data(), formats.data(), binary) == 0) {
        return failure(PQerrorMessage(connection_));
    }
    return finish();
}

Result<void> PostgresConnection::copy(const std::string& sql, std::string_view rows) {
    deadline_ = steady_clock::now() + timeout_ + grace;
    if (PQsendQuery(connection_, sql.c_str()) == 0) {
        return failure(PQerrorMessage(connection_));
    }
    auto begun = next_result();
    if (!begun) {
        return begun.error();
    }
    const bool takes_rows = PQresultStatus(*begun) == PGRES_COPY_IN;
    if (!takes_rows) {
        const Error error = refused(*begun);
        PQclear(*begun);
        auto ignored = finish();  // The refusal is what counts.
        static_cast<void>(ignored);
        return error;
    }
    PQclear(*begun);
    constexpr std::size_t piece_max = std::size_t{256} * 1024;
    while (!rows.empty()) {
        const std::string_view piece = rows.substr(0, piece_max);
        // All before it was flushed: 0, "not now", says that there is no memory for it.
        if (PQputCopyData(connection_, piece.data(), static_cast<int>(piece.size())) != 1) {
            return failure(PQerrorMessage(connection_));
        }
        if (auto flushed = flush(); !flushed) {
            return flushed;
        }
        rows.remove_prefix(piece.size());
    }
    if (PQputCopyEnd(connection_, nullptr) != 1) {
        return failure(PQerrorMessage(connection_));
    }
    auto done = finish();
    return done ? Result<void>{} : done.error();
}

Result<PostgresResult> PostgresConnection::finish() {
    PostgresResult last(nullptr);
    std::optional<Error> error;
    for (;;) {
        auto result = next_result();
        if (!result) {
            return result.error();
        }
        if (*result == nullptr) {
            break;
        }
        last = PostgresResult(*result);
        const auto status = PQresultStatus(*result);
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && !error) {
            error = refused(*result);
        }
    }
    if (error) {
        return *error;
    }
    return last;
}

Result<pg_result*> PostgresConnection::next_result() {
    if (auto flushed = flush(); !flushed) {
        return flushed.error();
    }
    while (PQisBusy(connection_) != 0) {
        if (auto waited = wait(false); !waited) {
            return waited.error();
        }
    }
    return PQgetResult(connection_);
}

Result<void> PostgresConnection::flush() {
    for (;;) {
        const int left = PQflush(connection_);
        if (left == 0) {
            return {};
        }
        if (left < 0) {
            return failure(PQerrorMessage(connection_));
        }
        if (auto waited = wait(true); !waited) {
            return waited;
        }
    }
}

/// Until the server can be written to, or has said something, which is taken in.
Result<void> PostgresConnection::wait(bool to_write) {
    const auto left = std::chrono::ceil<milliseconds>(deadline_ - steady_clock::now());
    pollfd socket{PQsocket(connection_), POLLIN, 0};
    if (to_write) {
        socket.events |= POLLOUT;
    }
    const int ready = ::poll(&socket, 1, static_cast<int>(std::max<long long>(left.count(), 0)));
    if (ready < 0 && errno != EINTR) {
        return failure(system_words(errno));
    }
    if (ready == 0) {
        return failure("no answer within " + std::to_string((timeout_ + grace).count()) + " ms");
    }
    if ((socket.revents & ~POLLOUT) != 0 && PQconsumeInput(connection_) == 0) {
        return failure(PQerrorMessage(connection_));
    }
    return {};
}

Error PostgresConnection::refused(const pg_result* result) const {
    const char* const state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char* const words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const std::string_view code = state == nullptr ? "" : state;
    // Data exceptions, and values beyond a limit of the server, such as that of an index's entries;
    // but not that a column has another type than it was made with.
    const bool other_type = code == "22P03" || code == "22P04";
    const bool hopeless = (code.starts_with("22") && !other_type) || code.starts_with("54");
    return {hopeless ? ErrorCode::invalid_input : ErrorCode::unavailable,
            name_ + ": " + one_line(words != nullptr ? words : PQresultErrorMessage(result))};
}

Error PostgresConnection::failure(std::string_view what) const {
    return {ErrorCode::unavailable, name_ + ": " + one_line(what)};
}

std::string PostgresConnection::identifier(std::string_view name) const {
    const std::unique_ptr<char, FreeText> quoted(
        PQescapeIdentifier(connection_, name.data(), name.size()));
    VEROHOOK_CHECK(quoted != nullptr);
    return quoted.get();
}

std::string PostgresConnection::literal(std::string_view text) const {
    const std::unique_ptr<char, FreeText> quoted(
        PQescapeLiteral(connection_, text.data(), text.size()));
    VEROHOOK_CHECK(quoted != nullptr);
    return quoted.get();
}

}  // namespace verohook::sinks
