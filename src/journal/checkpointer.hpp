#pragma once

#include "sqlite/database.hpp"

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace verohook::journal {

/// Copies the write-ahead log into the database file beside the writer: a thread and a connection
/// of its own, so that no append waits for it.
///
/// After a failed checkpoint none is tried before everything was closed and opened anew. SQLite
/// syncs the database only where a checkpoint has copied the whole log, but counts as copied what
/// an earlier, partial one wrote. When that sync fails, those pages are lost too, nobody copies
/// them again, and the next success would let the log be overwritten that alone still holds them.
class Checkpointer {
public:
    /// Runs whenever `frames_min` frames have not been copied.
    Checkpointer(std::filesystem::path file, std::string vfs, std::uint32_t frames_min);
    ~Checkpointer();
    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;

    /// The length of the log after a commit. By the writer.
    void tell(std::uint32_t frames);
    /// The writer wants to copy the rest itself: true if that is at most `frames_max` frames and
    /// no run is under way; none begins until `settled`.
    [[nodiscard]] bool try_settle(std::uint32_t frames_max);
    /// What came of it.
    void settled(const Result<sqlite::Database::Checkpoint>& outcome);

    /// Why a checkpoint has failed: the journal has to be opened anew. Kept until `resume`.
    [[nodiscard]] std::optional<Error> failure() const;

    /// Ends the run under way and closes the connection; no run begins before `resume`.
    void suspend();
    void resume();
    void stop();

private:
    void run();
    [[nodiscard]] bool due() const;
    void note(const Result<sqlite::Database::Checkpoint>& outcome);
    void report_opening(const Result<void>& opened);
    [[nodiscard]] Result<void> open_database();

    const std::filesystem::path file_;
    const std::string vfs_;
    const std::uint32_t frames_min_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::uint32_t frames_ = 0;
    std::uint32_t backfilled_ = 0;
    bool running_ = false;
    bool settling_ = false;  ///< The writer copies.
    bool suspended_ = false;
    bool stopping_ = false;
    bool opening_fails_ = false;  ///< The thread's own.
    std::optional<Error> failure_;
    std::optional<sqlite::Database> database_;  ///< Belongs to whoever has set `running_`.
    std::thread thread_;
};

}  // namespace verohook::journal
