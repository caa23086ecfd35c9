#include "sqlite/database.hpp"

#include "sqlite/error.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <cstddef>

namespace verohook::sqlite {

namespace {

// Long enough for a reader that recovers the shared memory, short enough not to look like a hang.
constexpr int busy_timeout_ms = 2000;

int on_commit(void* frames, sqlite3*, const char*, int count) {
    *static_cast<std::uint32_t*>(frames) = static_cast<std::uint32_t>(count);
    return SQLITE_OK;
}

std::string immutable_uri(const std::filesystem::path& file) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string uri = "file:";
    for (const char character : std::filesystem::absolute(file).string()) {
        if (character == '?' || character == '#' || character == '%') {
            const auto byte = static_cast<unsigned char>(character);
            uri += '%';
            uri += digits[byte >> 4U];
            uri += digits[byte & 0xFU];
        } else {
            uri += character;
        }
    }
    return uri + "?immutable=1";
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

void Statement::bind(int index, std::int64_t value) {
    bind_code_ |= sqlite3_bind_int64(statement_.get(), index, value);
}

void Statement::bind_text(int index, std::string_view text) {
    // A null pointer would bind NULL.
    const char* data = text.data() == nullptr ? "" : text.data();
    bind_code_ |=
        sqlite3_bind_text64(statement_.get(), index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Statement::bind_blob(int index, std::string_view bytes) {
    const char* data = bytes.data() == nullptr ? "" : bytes.data();
    bind_code_ |= sqlite3_bind_blob64(statement_.get(), index, data, bytes.size(), SQLITE_STATIC);
}

void Statement::bind_null(int index) {
    bind_code_ |= sqlite3_bind_null(statement_.get(), index);
}

void Statement::bind_text_or_null(int index, const std::optional<std::string_view>& text) {
    if (text) {
        bind_text(index, *text);
    } else {
        bind_null(index);
    }
}

Result<bool> Statement::step() {
    if (bind_code_ != SQLITE_OK) {
        bind_code_ = SQLITE_OK;
        const Error error = database_error(sqlite3_db_handle(statement_.get()), SQLITE_ERROR,
                                           "a value was refused");
        reset();
        return error;
    }
    errno = 0;
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code == SQLITE_DONE) {
        reset();
        return false;
    }
    // The error is put into words before the reset, which would overwrite it.
    const Error error = database_error(sqlite3_db_handle(statement_.get()), code);
    reset();
    return error;
}

Result<void> Statement::run() {
    const Result<bool> row = step();
    if (!row) {
        return row.error();
    }
    reset();
    return {};
}

void Statement::reset() {
    // The code repeats the error of the last step, which has been told already.
    [[maybe_unused]] const int ignored = sqlite3_reset(statement_.get());
}

int Statement::column_count() const {
    return sqlite3_column_count(statement_.get());
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::bytes(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
    return data == nullptr ? std::string_view{} : std::string_view(data, size);
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::optional<std::string_view> Statement::text_or_null(int column) const {
    return is_null(column) ? std::nullopt : std::optional(bytes(column));
}

void Database::Close::operator()(sqlite3* connection) const {
    sqlite3_close_v2(connection);
}

/// Before the first connection: without its statistics of memory, which nobody reads, SQLite takes
/// no lock for each allocation.
void Database::set_up_library() {
    [[maybe_unused]] static const int ignored = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

Result<Database> Database::open(const std::filesystem::path& file, OpenMode mode,
                                const std::string& vfs) {
    set_up_library();
    const int access = mode == OpenMode::read_only   ? SQLITE_OPEN_READONLY
                       : mode == OpenMode::create    ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                       : mode == OpenMode::immutable ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
                                                     : SQLITE_OPEN_READWRITE;
    const std::string name = mode == OpenMode::immutable ? immutable_uri(file) : file.string();
    sqlite3* connection = nullptr;
    const int code = sqlite3_open_v2(name.c_str(), &connection,
                                     access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                                     vfs.empty() ? nullptr : vfs.c_str());
    Database database;
    database.connection_.reset(connection);
    if (code != SQLITE_OK) {
        return database_error(connection, code, file.string() + " cannot be opened");
    }
    sqlite3_busy_timeout(connection, busy_timeout_ms);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    if (mode == OpenMode::exclusive) {
        // Counts only before the first access.
        if (const auto done = database.execute("PRAGMA locking_mode=EXCLUSIVE"); !done) {
            return done.error();
        }
    }
    return database;
}

Result<Statement> Database::prepare(std::string_view sql) {
    sqlite3_stmt* raw = nullptr;
    const int code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    if (code != SQLITE_OK) {
        return database_error(connection_.get(), code);
    }
    Statement statement;
    statement.statement_.reset(raw);
    return statement;
}

Result<void> Database::execute(const char* sql) {
    errno = 0;
    const int code = sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        return database_error(connection_.get(), code);
    }
    return {};
}

std::int64_t Database::changes() const {
    return sqlite3_changes64(connection_.get());
}

Result<std::int64_t> Database::integer(std::string_view sql) {
    Result<Statement> statement = prepare(sql);
    if (!statement) {
        return statement.error();
    }
    const Result<bool> row = statement->step();
    if (!row) {
        return row.error();
    }
    return *row ? statement->integer(0) : 0;
}

Result<Database::Checkpoint> Database::checkpoint_passive() {
    return checkpoint(SQLITE_CHECKPOINT_PASSIVE);
}

Result<Database::Checkpoint> Database::checkpoint_truncate() {
    return checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
}

Result<Database::Checkpoint> Database::checkpoint(int mode) {
    int frames = 0;
    int backfilled = 0;
    errno = 0;
    const int code =
        sqlite3_wal_checkpoint_v2(connection_.get(), "main", mode, &frames, &backfilled);
    if (code != SQLITE_OK) {
        Error error = database_error(connection_.get(), code, "the checkpoint failed");
        if ((code & 0xFF) == SQLITE_BUSY) {
            error.code = ErrorCode::locked;
        }
        return error;
    }
    return Checkpoint{static_cast<std::uint32_t>(frames < 0 ? 0 : frames),
                      static_cast<std::uint32_t>(backfilled < 0 ? 0 : backfilled)};
}

Result<void> Database::copy_to(Database& target, const BytesDone& told) {
    // About a megabyte at a time.
    constexpr int pages_at_once = 256;
    const Result<std::int64_t> page_bytes = integer("PRAGMA page_size");
    if (!page_bytes) {
        return page_bytes.error();
    }
    const auto bytes = [&](int pages) {
        return static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(*page_bytes);
    };
    errno = 0;
    sqlite3* const to = target.connection_.get();
    sqlite3_backup* const backup = sqlite3_backup_init(to, "main", connection_.get(), "main");
    if (backup == nullptr) {
        return database_error(to, sqlite3_errcode(to), "the copy cannot be begun");
    }
    int code = SQLITE_OK;
    while (code == SQLITE_OK) {
        code = sqlite3_backup_step(backup, pages_at_once);
        const int all = sqlite3_backup_pagecount(backup);
        told(bytes(all - sqlite3_backup_remaining(backup)), bytes(all));
    }
    const int finished = sqlite3_backup_finish(backup);
    if (code != SQLITE_DONE || finished != SQLITE_OK) {
        return database_error(to, code != SQLITE_DONE ? code : finished, "the copy failed");
    }
    return {};
}

void Database::watch_frames(std::uint32_t* frames) {
    sqlite3_wal_hook(connection_.get(), on_commit, frames);
}

void Database::rollback() {
    if (sqlite3_get_autocommit(connection_.get()) == 0) {
        // What cannot be rolled back is cut off with the tail of the log; nothing depends on this.
        [[maybe_unused]] const int ignored =
            sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
}

}  // namespace verohook::sqlite
