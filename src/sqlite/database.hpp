#pragma once

#include <verohook/base/result.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace verohook::sqlite {

/// A prepared statement. Belongs to the thread that uses its connection, and dies before it.
/// Bound text and bytes are not copied: they must live until the statement was reset.
class Statement {
public:
    Statement() = default;

    void bind(int index, std::int64_t value);
    void bind(int index, std::uint64_t value) { bind(index, static_cast<std::int64_t>(value)); }
    void bind_text(int index, std::string_view text);
    void bind_blob(int index, std::string_view bytes);
    void bind_null(int index);
    /// Null where there is no text.
    void bind_text_or_null(int index, const std::optional<std::string_view>& text);

    /// True: there is a row. After false or an error the statement has been reset.
    [[nodiscard]] Result<bool> step();
    /// Runs a statement that returns no row.
    [[nodiscard]] Result<void> run();
    /// Ends a query early, and with it the read transaction that it holds.
    void reset();

    [[nodiscard]] int column_count() const;
    [[nodiscard]] std::int64_t integer(int column) const;
    /// Text or blob, valid until the next step.
    [[nodiscard]] std::string_view bytes(int column) const;
    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] std::optional<std::string_view> text_or_null(int column) const;

private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    int bind_code_ = 0;
};

/// Resets a statement on the way out, so that no query outlives its reader.
class ResetLater {
public:
    explicit ResetLater(Statement& statement) : statement_(statement) {}
    ~ResetLater() { statement_.reset(); }
    ResetLater(const ResetLater&) = delete;
    ResetLater& operator=(const ResetLater&) = delete;

private:
    Statement& statement_;
};

enum class OpenMode {
    read_only,
    read_write,
    /// Read and write, and nobody else has the file open, or there is no access. What SQLite keeps
    /// in shared memory is then on the heap, and built anew from the write-ahead log.
    exclusive,
    create,     ///< As `read_write`; a file that is missing is made.
    immutable,  ///< Read-only, no locks and no shared memory: for a file that nobody changes.
};

/// What is told while something goes on: how many bytes of how many.
using BytesDone = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// One connection. One thread at a time. Closing it never checkpoints: what reaches the database
/// file is decided elsewhere, and after a failed sync it must be nothing.
class Database {
public:
    /// The file must exist, but for `create`. `vfs`: name of a SQLite VFS; empty: the default one.
    [[nodiscard]] static Result<Database> open(const std::filesystem::path& file, OpenMode mode,
                                               const std::string& vfs = {});

    [[nodiscard]] Result<Statement> prepare(std::string_view sql);
    /// Runs one or more statements without parameters.
    [[nodiscard]] Result<void> execute(const char* sql);
    /// How many rows the last INSERT, UPDATE or DELETE changed.
    [[nodiscard]] std::int64_t changes() const;
    /// The first column of the only row of a query.
    [[nodiscard]] Result<std::int64_t> integer(std::string_view sql);

    struct Checkpoint {
        std::uint32_t frames = 0;      ///< In the write-ahead log.
        std::uint32_t backfilled = 0;  ///< Of these, how many are in the database file and synced.
    };
    /// Copies what it can without waiting for anybody. Error: `locked` where somebody is in the way
    /// so that nothing could be looked at, as while another connection ends a commit.
    [[nodiscard]] Result<Checkpoint> checkpoint_passive();
    /// Copies all and empties the write-ahead log; `locked` where a reader is in the way.
    [[nodiscard]] Result<Checkpoint> checkpoint_truncate();

    /// Copies all pages to an empty database, and syncs that. Other connections may write this one
    /// meanwhile; what is copied is what a read transaction that this connection has begun sees.
    [[nodiscard]] Result<void> copy_to(Database& target, const BytesDone& told);

    /// From now on `frames` is set to the length of the write-ahead log after each commit.
    void watch_frames(std::uint32_t* frames);
    /// Leaves a transaction that failed; nothing to do where SQLite has left it itself.
    void rollback();

private:
    static void set_up_library();
    [[nodiscard]] Result<Checkpoint> checkpoint(int mode);
    struct Close {
        void operator()(sqlite3* connection) const;
    };
    std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace verohook::sqlite
