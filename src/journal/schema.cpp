#include "journal/schema.hpp"

#include "journal/folder.hpp"
#include "journal/record_block.hpp"
#include "journal/record_reader.hpp"
#include "journal/rows_to_blocks.hpp"

#include <array>
#include <cstdint>

namespace verohook::journal {

namespace {

// "VERO", in the header of the file, so that a foreign database is known as such.
constexpr std::int64_t application_id = 0x5645524F;

/// Leads from one version to the next: a script, and then perhaps what SQL cannot do.
struct Migration {
    const char* script;
    Result<void> (*convert)(sqlite::Database& database) = nullptr;
};

/// Migration n leads from version n to n + 1. A released one never changes.
constexpr std::array<Migration, 5> migrations = {{
    // The bodies, in the order of arrival. No index but the key: each costs every append a page.
    {R"(CREATE TABLE record(
         seq INTEGER PRIMARY KEY, id BLOB NOT NULL, kind INTEGER NOT NULL, type TEXT NOT NULL,
         received_at INTEGER NOT NULL, occurred_at INTEGER, duplicate_of INTEGER,
         remote TEXT NOT NULL, request_id TEXT NOT NULL, headers TEXT NOT NULL,
         body BLOB NOT NULL, checksum INTEGER NOT NULL,
         bytes INTEGER NOT NULL, bytes_before INTEGER NOT NULL);
       CREATE TABLE cursor(sink TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
       CREATE TABLE dead_letter(
         sink TEXT NOT NULL, seq INTEGER NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL,
         id BLOB, kind INTEGER, type TEXT, received_at INTEGER, occurred_at INTEGER,
         duplicate_of INTEGER, remote TEXT, request_id TEXT, headers TEXT, body BLOB,
         checksum INTEGER, PRIMARY KEY(sink, seq));
       CREATE TABLE seen(segment INTEGER PRIMARY KEY, entries BLOB NOT NULL);
       CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
       INSERT INTO meta VALUES('recoveries', 0), ('journal', random());)"},
    // What was erased, without a word on whom; and zeros that take the place of free pages.
    {R"(CREATE TABLE erasure_report(
         number INTEGER PRIMARY KEY, at INTEGER NOT NULL, report TEXT NOT NULL);
       CREATE TABLE filler(piece INTEGER PRIMARY KEY, zeros BLOB NOT NULL);)"},
    // Whom an erasure is about, until it has reached everything.
    {R"(CREATE TABLE unfinished_erasure(number INTEGER PRIMARY KEY, names TEXT NOT NULL);)"},
    // A row for each record cost five times the instructions that a row for many takes.
    {R"(CREATE TABLE block(
          first INTEGER PRIMARY KEY, last INTEGER NOT NULL, received_at INTEGER NOT NULL,
          bytes INTEGER NOT NULL, bytes_before INTEGER NOT NULL, records BLOB NOT NULL);
        ALTER TABLE dead_letter RENAME TO dead_letter_row;
        CREATE TABLE dead_letter(
          sink TEXT NOT NULL, seq INTEGER NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL,
          record BLOB, PRIMARY KEY(sink, seq));)",
     rows_to_blocks},
    // Numbers that are left out where a backup was restored.
    {R"(CREATE TABLE unused(first INTEGER PRIMARY KEY, last INTEGER NOT NULL);)"},
}};
constexpr auto current_version = static_cast<std::int64_t>(migrations.size());

// How many of the newest records are read at the start: enough to notice a damaged end of the file,
// where the last writes went, and few enough not to delay the start.
constexpr Seq checked_records = 100;
// A few huge bodies are not to delay it either.
constexpr std::size_t checked_bytes = std::size_t{4} * 1024 * 1024;

Error not_a_journal(const std::filesystem::path& file, std::string_view why) {
    return {ErrorCode::corrupt, file.string() + " is not a journal of verohook (" +
                                    std::string(why) +
                                    "); it was left as it is: move it aside, or put a backup in "
                                    "its place"};
}

Error damaged(const std::filesystem::path& file, const Error& cause) {
    if (cause.code != ErrorCode::corrupt) {
        return cause;
    }
    return {ErrorCode::corrupt,
            file.string() + " is damaged and was left as it is: " + cause.message};
}

Result<FileState> inspect_as(sqlite::OpenMode mode, const std::filesystem::path& file,
                             const std::string& vfs) {
    Result<sqlite::Database> database = sqlite::Database::open(file, mode, vfs);
    if (!database) {
        return damaged(file, database.error());
    }
    return inspect(*database, file);
}

Result<void> check_newest(sqlite::OpenMode mode, const std::filesystem::path& file,
                          const std::string& vfs) {
    Result<std::unique_ptr<RecordReader>> reader = RecordReader::open(file, mode, vfs);
    if (!reader) {
        return reader.error();
    }
    const Result<Seq> newest = (*reader)->newest();
    if (!newest) {
        return newest.error();
    }
    const Seq after = *newest > checked_records ? *newest - checked_records : 0;
    Seq at = after;
    for (std::size_t bytes = 0; at < *newest && bytes < checked_bytes;) {
        const auto records = (*reader)->read(at, {checked_records, checked_bytes});
        if (!records) {
            return records.error();
        }
        if (records->empty()) {
            break;
        }
        at = records->back()->seq;
        for (const RecordPtr& record : *records) {
            if (record->kind == Kind::damaged) {
                return damaged_record_error(record->seq);
            }
            bytes += record->body.size();
        }
    }
    if (*newest == 0) {
        return {};
    }
    // The newest block says itself how many records it has: the next number is built upon that.
    const auto last = (*reader)->read(*newest - 1, {2, checked_bytes});
    if (!last) {
        return last.error();
    }
    if (last->size() != 1) {
        return damaged_record_error(last->empty() ? *newest : last->back()->seq);
    }
    return {};
}

}  // namespace

Result<FileState> inspect(sqlite::Database& database, const std::filesystem::path& file) {
    const Result<std::int64_t> tables = database.integer("SELECT count(*) FROM sqlite_schema");
    if (!tables) {
        return damaged(file, tables.error());
    }
    const Result<std::int64_t> owner = database.integer("PRAGMA application_id");
    const Result<std::int64_t> version = database.integer("PRAGMA user_version");
    if (!owner || !version) {
        return damaged(file, owner ? version.error() : owner.error());
    }
    // Ours gets both with its tables; another program may have set them before it made any.
    if (*tables == 0 && *owner == 0 && *version == 0) {
        return FileState::fresh;
    }
    if (*owner != application_id) {
        return not_a_journal(file, "it is a database of another program");
    }
    if (*version > current_version) {
        return Error{ErrorCode::invalid_input,
                     file.string() + " was written by a newer verohook (schema version " +
                         std::to_string(*version) + ", this program knows " +
                         std::to_string(current_version) + "): run that version"};
    }
    return *version == current_version ? FileState::current : FileState::outdated;
}

Result<FileState> inspect_file(const std::filesystem::path& file, const std::string& vfs) {
    if (holds_nothing(file)) {
        return FileState::fresh;
    }
    // What the log holds is looked at as `Store::open` will: without the shared memory of a process
    // that still has the file open. A rollback journal is what a first start leaves that was cut
    // off; until it is rolled back nothing can be read.
    const bool settled =
        holds_nothing(file.string() + "-wal") && holds_nothing(file.string() + "-journal");
    const sqlite::OpenMode mode =
        settled ? sqlite::OpenMode::read_only : sqlite::OpenMode::exclusive;
    Result<FileState> state = inspect_as(mode, file, vfs);
    if (!state || *state != FileState::current) {
        return state;
    }
    if (const Result<void> checked = check_newest(mode, file, vfs); !checked) {
        return damaged(file, checked.error());
    }
    return state;
}

Result<void> migrate(sqlite::Database& database) {
    const Result<std::int64_t> version = database.integer("PRAGMA user_version");
    if (!version) {
        return version.error();
    }
    if (*version == current_version) {
        return {};
    }
    Result<void> done = database.execute("BEGIN IMMEDIATE");
    for (std::int64_t at = *version; done && at < current_version; ++at) {
        const Migration& migration = migrations[static_cast<std::size_t>(at)];
        done = database.execute(migration.script);
        if (done && migration.convert != nullptr) {
            done = migration.convert(database);
        }
    }
    if (done) {
        const std::string end = "PRAGMA application_id=" + std::to_string(application_id) +
                                ";PRAGMA user_version=" + std::to_string(current_version) +
                                ";COMMIT";
        done = database.execute(end.c_str());
    }
    if (!done) {
        database.rollback();
    }
    return done;
}

}  // namespace verohook::journal
