#include "sinks/sqlite_file.hpp"

#include "base/posix.hpp"
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
    if (*version < 1) {
        return not_ours(file, "its schema version is " + std::to_string(*version));
    }
    if (*version > customers_schema_version()) {
        return Error{ErrorCode::unavailable,
                     file.string() + " was written by a newer verohook (schema version " +
                         std::to_string(*version) + ", this program knows " +
                         std::to_string(customers_schema_version()) + "): run that version"};
    }
    return *version;
}

/// Step by step, each in a transaction of its own: whoever is killed between two of them leaves a
/// file of some version, from which the next one goes on.
Result<void> migrate(sqlite::Database& database, const std::filesystem::path& file) {
    for (;;) {
        if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun) {
            return damaged(file, begun.error());
        }
        // Under the lock, as another sink of this file may have been first.
        const Result<std::int64_t> version = stored_version(database, file);
        if (!version || *version == customers_schema_version()) {
            database.rollback();
            return version ? Result<void>{} : version.error();
        }
        auto done = database.execute(customers_step(*version + 1).c_str());
        if (done) {
            done = database.execute("COMMIT");
        }
        if (!done) {
            database.rollback();
            return damaged(file, done.error());
        }
    }
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
        if (auto migrated = migrate(*database, file); !migrated) {
            return migrated.error();
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
                     file.string() +
                         (*version == 0 ? std::string(" is empty")
                                        : " has schema version " + std::to_string(*version) +
                                              ", this program reads " +
                                              std::to_string(customers_schema_version())) +
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
