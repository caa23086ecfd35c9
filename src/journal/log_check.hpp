#pragma once

#include <verohook/base/result.hpp>

#include <filesystem>

namespace verohook::journal {

/// Whether SQLite's shared memory, as it stands in its file, can be believed: it is never synced,
/// so after a power cut it may be older than the log.
enum class SharedMemory { of_this_boot, older };

/// A database that is missing or empty beside a write-ahead log: SQLite would remove the log.
/// Error: `corrupt`.
[[nodiscard]] Result<void> check_database_is_there(const std::filesystem::path& database);

/// Looks for commits that the write-ahead log has lost. SQLite takes the first damaged frame for
/// the log's end and drops what follows without a word. Nothing is written. Not while the log is
/// in use. Error: `corrupt`.
[[nodiscard]] Result<void> check_log(const std::filesystem::path& database, SharedMemory memory);

}  // namespace verohook::journal
