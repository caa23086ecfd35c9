#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <sqlite3.h>

namespace verohook::journal::test {

/// `sync` is of any file, `database_sync` of the database alone.
enum class Call { open, read, write, sync, truncate, database_sync };

/// How a call fails.
enum class Failure {
    io_error,    ///< EIO
    no_space,    ///< ENOSPC
    torn_write,  ///< EIO after half of the bytes were written. For writes.
};

/// A disk that fails on demand. A SQLite VFS over the default one, with a model of what a power
/// cut leaves: a write is durable once a sync of its file has succeeded after it; what was written
/// before a *failed* sync is never durable, however often the file is synced afterwards, although
/// reads go on showing it. That is how Linux treats the pages of a failed write-back.
class FaultyDisk {
public:
    FaultyDisk();
    ~FaultyDisk();
    FaultyDisk(const FaultyDisk&) = delete;
    FaultyDisk& operator=(const FaultyDisk&) = delete;

    [[nodiscard]] const std::string& name() const { return name_; }

    /// From now on the calls of this kind number `first` (from 0) to `first + count - 1` fail;
    /// what was said of other kinds stays.
    void fail(Call call, Failure how, std::uint64_t first, std::uint64_t count = 1);
    /// Nothing fails any more.
    void heal();
    /// How many calls have failed on demand since `heal` or the beginning.
    [[nodiscard]] std::uint64_t failed() const;

    enum class Held { log, database };
    /// Syncs of the write-ahead log, or of the database itself, wait until `release`.
    void hold(Held file = Held::log);
    void wait_until_held();
    [[nodiscard]] bool is_held() const;
    void release();
    /// Successful syncs of the write-ahead log.
    [[nodiscard]] std::uint64_t log_syncs() const;
    [[nodiscard]] std::uint64_t calls(Call call) const;

    enum class Unsynced {
        lost,    ///< Nothing that was not synced is there.
        random,  ///< Any part of it may be.
    };
    /// Writes the database and its log into `folder` as a power cut would leave them now.
    void power_cut(const std::filesystem::path& folder, Unsynced unsynced, unsigned seed = 0) const;

    /// A new disk: what was on it is gone. With no file open.
    void forget();

    /// For the VFS's own functions.
    struct Change {
        std::int64_t offset = 0;
        std::string bytes;
        bool truncate = false;
        bool lost = false;  ///< Was waiting when a sync failed.
    };
    struct Image {
        std::string durable;
        std::vector<Change> waiting;
        std::uint64_t errors = 0;  ///< Failed syncs; every open file is told of each once.
    };
    [[nodiscard]] std::optional<Failure> next(Call call);
    void wait_while_held(Held file);
    void changed(const std::string& path, Change change);
    /// Returns whether the sync succeeds for a file that has been told of `errors` failures.
    [[nodiscard]] bool synced(const std::string& path, bool fails, std::uint64_t& errors);
    /// Returns the failures so far.
    [[nodiscard]] std::uint64_t opened(const std::string& path);
    void removed(const std::string& path);
    [[nodiscard]] sqlite3_vfs* below() const { return below_; }

private:
    struct Plan {
        Failure how = Failure::io_error;
        std::uint64_t first = 0;
        std::uint64_t count = 0;
        std::uint64_t seen = 0;
        std::uint64_t failed = 0;
    };
    std::string name_;
    sqlite3_vfs* below_;
    sqlite3_vfs vfs_{};
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, Image> images_;
    std::map<Call, std::uint64_t> calls_;
    std::map<Call, Plan> plans_;
    std::uint64_t log_syncs_ = 0;
    std::optional<Held> holding_;
    bool held_ = false;
};

}  // namespace verohook::journal::test
