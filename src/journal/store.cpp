#include "journal/store.hpp"

#include "base/hash.hpp"
#include "journal/block_row.hpp"
#include "journal/folder.hpp"
#include "journal/record_size.hpp"
#include "journal/schema.hpp"

#include <algorithm>

namespace verohook::journal {

namespace {

// A reason is a sentence; a sink that pastes an answer of megabytes is cut short.
constexpr std::size_t reason_bytes_max = 2048;

/// `locked` is said of a journal that a daemon holds; here it is any process in the way.
Error not_copied(Error error) {
    if (error.code == ErrorCode::locked) {
        error.code = ErrorCode::unavailable;
    }
    return error;
}

/// Copies the whole write-ahead log into the database file, syncs that, and empties the log.
///
/// How much of the log is in the database already stands in SQLite's shared memory, which lives for
/// as long as any process has the file open, and which counts what was written but never synced.
/// So it is not asked: nobody else may have the file open meanwhile.
Result<void> copy_log(const std::filesystem::path& file, const std::string& vfs) {
    const std::string log = file.string() + "-wal";
    // After a crash the log may end in what a failed sync has left in memory alone.
    if (const auto done = forget_cached(log); !done) {
        return done.error();
    }
    if (holds_nothing(log)) {
        return {};
    }
    Result<sqlite::Database> database =
        sqlite::Database::open(file, sqlite::OpenMode::exclusive, vfs);
    if (!database) {
        return database.error();
    }
    // The first access opens the log; without one there would be nothing to copy.
    if (const auto tables = database->integer("SELECT count(*) FROM sqlite_schema"); !tables) {
        return tables.error();
    }
    // Nobody else has the file open, so this is what an earlier life has left. It speaks of a log
    // that is about to be emptied: the next start would take that for a loss.
    std::error_code code;
    std::filesystem::remove(file.string() + "-shm", code);
    if (code) {
        return Error{ErrorCode::unavailable,
                     file.string() + "-shm cannot be removed: " + code.message()};
    }
    // A log must not be emptied before what was copied is on the disk for certain.
    if (const auto done = database->execute("PRAGMA synchronous=FULL"); !done) {
        return done.error();
    }
    if (const auto copied = database->checkpoint_truncate(); !copied) {
        return not_copied(copied.error());
    }
    if (!holds_nothing(log)) {
        return Error{ErrorCode::unavailable, log + " could not be copied into the database"};
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& file,
                                           const std::string& vfs) {
    if (const auto done = copy_log(file, vfs); !done) {
        return done.error();
    }
    Result<sqlite::Database> database =
        sqlite::Database::open(file, sqlite::OpenMode::read_write, vfs);
    if (!database) {
        return database.error();
    }
    std::unique_ptr<Store> store(new Store(std::move(*database)));
    if (const auto done = store->configure(); !done) {
        return done.error();
    }
    store->log_ = std::make_unique<WalFile>(file, vfs, store->page_bytes_);
    if (const auto done = store->prepare(); !done) {
        return done.error();
    }
    return store;
}

Result<void> Store::configure() {
    // The page size counts only while the file is empty. What is deleted is overwritten where that
    // takes no page more; the rest before anybody is told that it was erased.
    if (const auto done = database_.execute(
            "PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-2048; PRAGMA temp_store=MEMORY;"
            "PRAGMA secure_delete=FAST; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0;");
        !done) {
        return done.error();
    }
    if (const auto done = migrate(database_); !done) {
        return done.error();
    }
    const auto checkpoint = database_.checkpoint_passive();
    if (!checkpoint) {
        return not_copied(checkpoint.error());
    }
    const auto page_bytes = database_.integer("PRAGMA page_size");
    if (!page_bytes) {
        return page_bytes.error();
    }
    frames_ = checkpoint->frames;
    page_bytes_ = static_cast<std::uint32_t>(*page_bytes);
    database_.watch_frames(&frames_);
    return {};
}

Result<void> Store::prepare() {
    const struct {
        sqlite::Statement& statement;
        std::string sql;
    } wanted[] = {
        {statements_.begin, "BEGIN IMMEDIATE"},
        {statements_.commit, "COMMIT"},
        {statements_.remove, "DELETE FROM block WHERE first = ?"},
        {statements_.find, "SELECT " + std::string(block_columns) +
                               " FROM block WHERE first <= ? ORDER BY first DESC LIMIT 1"},
        {statements_.position, "INSERT OR REPLACE INTO cursor(sink, seq) VALUES(?, ?)"},
        {statements_.dead,
         "INSERT INTO dead_letter(sink, seq, reason, at, record) "
         "VALUES(?, ?, ?, ?, ?) ON CONFLICT(sink, seq) DO UPDATE "
         "SET reason = excluded.reason, at = excluded.at"},
        {statements_.remove_dead, "DELETE FROM dead_letter WHERE sink = ? AND seq = ?"},
        {statements_.newest, "SELECT last FROM block ORDER BY first DESC LIMIT 1"},
        {statements_.oldest,
         "SELECT first, last, received_at, bytes_before FROM block ORDER BY first LIMIT 1"},
        {statements_.bytes_ever,
         "SELECT bytes_before + bytes FROM block ORDER BY first DESC LIMIT 1"},
        {statements_.trim_dead,
         "DELETE FROM dead_letter WHERE sink = ?1 AND seq IN (SELECT seq FROM dead_letter "
         "WHERE sink = ?1 ORDER BY seq LIMIT max(0, min(?3, (SELECT count(*) FROM dead_letter "
         "WHERE sink = ?1) - ?2)))"},
        {statements_.read_segment, "SELECT entries FROM seen WHERE segment = ?"},
        {statements_.write_segment, "INSERT OR REPLACE INTO seen(segment, entries) VALUES(?, ?)"},
        {statements_.remove_segment, "DELETE FROM seen WHERE segment = ?"},
        {statements_.probe, "UPDATE meta SET value = value + 1 WHERE name = 'recoveries'"},
    };
    for (const auto& [statement, sql] : wanted) {
        Result<sqlite::Statement> prepared = database_.prepare(sql);
        if (!prepared) {
            return prepared.error();
        }
        statement = std::move(*prepared);
    }
    return inserter_.prepare(database_);
}

Result<Seq> Store::newest() {
    const sqlite::ResetLater reset(statements_.newest);
    const Result<bool> row = statements_.newest.step();
    if (!row) {
        return row.error();
    }
    return *row ? static_cast<Seq>(statements_.newest.integer(0)) : Seq{0};
}

Result<Store::Place> Store::oldest() {
    const sqlite::ResetLater reset(statements_.oldest);
    const Result<bool> row = statements_.oldest.step();
    if (!row) {
        return row.error();
    }
    if (!*row) {
        return Place{};
    }
    return Place{static_cast<Seq>(statements_.oldest.integer(0)),
                 static_cast<Seq>(statements_.oldest.integer(1)),
                 Timestamp(std::chrono::microseconds(statements_.oldest.integer(2))),
                 static_cast<std::uint64_t>(statements_.oldest.integer(3))};
}

Result<std::map<std::string, Seq>> Store::positions() {
    Result<sqlite::Statement> statement = database_.prepare("SELECT sink, seq FROM cursor");
    if (!statement) {
        return statement.error();
    }
    std::map<std::string, Seq> positions;
    for (;;) {
        const Result<bool> row = statement->step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return positions;
        }
        positions[std::string(statement->bytes(0))] = static_cast<Seq>(statement->integer(1));
    }
}

Result<std::string> Store::journal_id() {
    const auto number = database_.integer("SELECT value FROM meta WHERE name = 'journal'");
    if (!number) {
        return number.error();
    }
    return to_hex(static_cast<std::uint64_t>(*number));
}

Result<std::uint64_t> Store::bytes_ever() {
    const sqlite::ResetLater reset(statements_.bytes_ever);
    const Result<bool> row = statements_.bytes_ever.step();
    if (!row) {
        return row.error();
    }
    return *row ? static_cast<std::uint64_t>(statements_.bytes_ever.integer(0)) : 0;
}

Result<void> Store::begin() {
    // Without the mark a failed commit could not be undone, so none is begun.
    if (!mark_) {
        const Result<std::uint64_t> salt = log_->salt();
        if (!salt) {
            return salt.error();
        }
        mark_ = WalMark{*salt, frames_};
    }
    return statements_.begin.run();
}

Result<void> Store::insert(const std::vector<RecordPtr>& records, std::uint64_t bytes_before) {
    for (const RecordPtr& record : records) {
        const std::uint64_t bytes = record_bytes(*record);
        if (const auto done = inserter_.add(*record, {bytes, bytes_before}); !done) {
            return done.error();
        }
        bytes_before += bytes;
    }
    return inserter_.finish();
}

Result<void> Store::remove(Seq first) {
    statements_.remove.bind(1, first);
    return statements_.remove.run();
}

Result<std::optional<BlockView>> Store::find_block(Seq seq) {
    statements_.find.bind(1, seq);
    const Result<bool> row = statements_.find.step();
    if (!row) {
        return row.error();
    }
    if (!*row) {
        return std::optional<BlockView>{};
    }
    const BlockView block = block_of_row(statements_.find);
    return block.holds(seq) ? std::optional(block) : std::nullopt;
}

Result<RecordPtr> Store::find(Seq seq) {
    const sqlite::ResetLater reset(statements_.find);
    const auto block = find_block(seq);
    if (!block) {
        return block.error();
    }
    RecordPtr record = *block ? (*block)->record(seq - (*block)->first()) : nullptr;
    return record && record->kind == Kind::damaged ? RecordPtr{} : record;
}

Result<void> Store::save_position(const std::string& sink, Seq seq) {
    statements_.position.bind_text(1, sink);
    statements_.position.bind(2, seq);
    return statements_.position.run();
}

Result<void> Store::save_dead(const std::string& sink, const DeadLetter& letter) {
    const Result<RecordPtr> record = find(letter.seq);
    if (!record) {
        return record.error();
    }
    BlockBuilder copy;
    statements_.dead.bind_text(1, sink);
    statements_.dead.bind(2, letter.seq);
    statements_.dead.bind_text(3, std::string_view(letter.reason).substr(0, reason_bytes_max));
    statements_.dead.bind(4, std::int64_t{letter.at.time_since_epoch().count()});
    if (*record) {
        copy.add(**record);
        statements_.dead.bind_blob(5, copy.finish());
    } else {
        statements_.dead.bind_null(5);
    }
    return statements_.dead.run();
}

Result<void> Store::remove_dead(const std::string& sink, Seq seq) {
    statements_.remove_dead.bind_text(1, sink);
    statements_.remove_dead.bind(2, seq);
    return statements_.remove_dead.run();
}

Result<std::uint64_t> Store::trim_dead(const std::string& sink, std::size_t kept,
                                       std::size_t count) {
    statements_.trim_dead.bind_text(1, sink);
    statements_.trim_dead.bind(2, std::uint64_t{kept});
    statements_.trim_dead.bind(3, std::uint64_t{count});
    if (const auto done = statements_.trim_dead.run(); !done) {
        return done.error();
    }
    return static_cast<std::uint64_t>(database_.changes());
}

Result<void> Store::commit() {
    if (const auto done = statements_.commit.run(); !done) {
        return done.error();
    }
    mark_.reset();
    return {};
}

Result<void> Store::probe() {
    if (const auto begun = begin(); !begun) {
        return begun.error();
    }
    if (const auto done = statements_.probe.run(); !done) {
        return done.error();
    }
    return commit();
}

Result<void> Store::discard() {
    database_.rollback();
    if (!mark_) {
        return {};
    }
    if (const auto done = log_->cut(*mark_); !done) {
        return done.error();
    }
    mark_.reset();
    return {};
}

void Store::settle() {
    // A reader in the way, or a bad disk, only makes the next start slower.
    [[maybe_unused]] const auto ignored = database_.checkpoint_truncate();
}

}  // namespace verohook::journal
