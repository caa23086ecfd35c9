#include "sinks/sqlite_file.hpp"

#include "sinks/posix.hpp"
#include "sinks/sqlite_schema.hpp"

#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace verohook::sinks {

namespace {

Error not_ours(const std::filesystem::path& file, std::string_view why) {
    return {ErrorCode::corrupt, file.string() + " is not a file of verohook's sqlite sink (" +
                                    std::string(why) +
                                    "); it was left as it is: move it aside, or name another path"};
}

Error damaged(const std::filesystem::path& file, const Error& cause) {
    if (cause.code != ErrorCode::corrupt) {
        return cause;
    }
    return {ErrorCode::corrupt,
            file.string() + " is damaged, or no database, and was left as it is: " + cause.message};
}

/// The version of its schema; 0: it is empty.
Result<std::int64_t> stored_version(sqlite::Database& database, const std::filesystem::path& file) {
    const Result<std::int64_t> tables = database.integer("SELECT count(*) FROM sqlite_schema");
    if (!tables) {
        return damaged(file, tables.error());
    }
    const Result<std::int64_t> owner = database.integer("PRAGMA application_id");
    if (!owner) {
        return damaged(file, owner.error());
    }
    if (*tables == 0 && *owner == 0) {
        return 0;
    }
    if (*owner != customers_application_id) {
        return not_ours(file, "it is a database of something else");
    }
    const Result<std::int64_t> version = database.integer(customers_version_query);
    if (!version) {
        return damaged(file, version.error());
    }
    if (*version > customers_schema_version()) {
        return Error{ErrorCode::unavailable,
                     file.string() + " was written by a newer verohook (schema version " +
                         std::to_string(*version) + ", this program knows " +
                         std::to_string(customers_schema_version()) + "): run that version"};
    }
    return *version;
}

/// With the mode that a file of addresses should have; SQLite's other files take after it.
Result<void> make_file(const std::filesystem::path& file) {
    if (auto made = make_parents(file); !made) {
        return made;
    }
    constexpr mode_t mode = 0640;
    const Descriptor opened{::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode)};
    if (!opened.is_open()) {
        return errno == EEXIST ? Result<void>{} : system_error("cannot make", file);
    }
    return sync_parent(file);
}

}  // namespace

Result<sqlite::Database> open_customers_file(const std::filesystem::path& file) {
    if (auto made = make_file(file); !made) {
        return made.error();
    }
    auto database = sqlite::Database::open(file, sqlite::OpenMode::create);
    if (!database) {
        return database;
    }
    // Before anything is written: the file may belong to somebody else.
    const Result<std::int64_t> version = stored_version(*database, file);
    if (!version) {
        return version.error();
    }
    if (auto set = database->execute(customers_settings); !set) {
        return damaged(file, set.error());
    }
    if (*version < customers_schema_version()) {
        const auto migrated = database->execute(customers_migration(*version).c_str());
        if (!migrated) {
            database->rollback();
            return damaged(file, migrated.error());
        }
    }
    return database;
}

Result<sqlite::Database> read_customers_file(const std::filesystem::path& file) {
    std::error_code code;
    if (!std::filesystem::exists(file, code)) {
        return Error{ErrorCode::not_found,
                     file.string() + " does not exist: no sqlite sink has written it yet"};
    }
    auto database = sqlite::Database::open(file, sqlite::OpenMode::read_only);
    if (!database) {
        return database;
    }
    const Result<std::int64_t> version = stored_version(*database, file);
    if (!version) {
        return version.error();
    }
    if (*version < customers_schema_version()) {
        return Error{ErrorCode::unavailable,
                     file.string() + (*version == 0 ? " is empty" : " has an older schema") +
                         ": the sqlite sink brings it up to date when it is started"};
    }
    return database;
}

Result<void> forget_cached_log(const std::filesystem::path& file) {
    const std::filesystem::path log = file.string() + "-wal";
    const Descriptor opened{::open(log.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!opened.is_open()) {
        return {};
    }
    if (::fdatasync(opened.get()) != 0) {
        return system_error("cannot sync", log);
    }
    // Only advice: pages that the system keeps all the same are those that it has written.
    [[maybe_unused]] const int ignored = ::posix_fadvise(opened.get(), 0, 0, POSIX_FADV_DONTNEED);
    return {};
}

}  // namespace verohook::sinks
