#pragma once

#include "base/limits.hpp"
#include "journal/journal.hpp"

#include <filesystem>
#include <memory>

namespace verohook::journal {

struct SqliteJournalSettings {
    std::filesystem::path directory;  ///< Holds `journal.db` and `journal.lock`; made if missing.
    JournalLimits limits;
    std::string vfs = {};  ///< Name of a SQLite VFS; empty: the default one. For tests.
    /// The write-ahead log is copied into the database beside the appends once this much of it is
    /// new, and begun anew once it is this long.
    std::size_t checkpoint_bytes = std::size_t{4} * 1024 * 1024;
    std::size_t log_restart_bytes = std::size_t{32} * 1024 * 1024;
};

/// Opens, or makes, the journal in a folder and takes its lock. Errors: `locked` (another daemon),
/// `corrupt` (the file is left untouched), `unavailable` (permissions, disk), `invalid_input` (the
/// file was written by a newer version). `clock` outlives the journal.
[[nodiscard]] Result<std::unique_ptr<Journal>> open_sqlite_journal(
    const SqliteJournalSettings& settings, const Clock& clock);

/// What `open_sqlite_journal` would refuse of the files before it opens them. Nothing is written.
/// Only while no daemon runs: a log that is being written looks damaged. Error: `corrupt`.
[[nodiscard]] Result<void> check_journal_files(const std::filesystem::path& directory);

/// Read-only access for the commands, while a daemon runs or not. The file is open during a call
/// alone, so that a command that waits is in nobody's way. One thread.
class JournalReader {
public:
    virtual ~JournalReader() = default;
    [[nodiscard]] virtual Result<std::vector<RecordPtr>> read(Seq after, ReadLimit limit) = 0;
    [[nodiscard]] virtual Result<Seq> newest() = 0;
    /// The last record received before `at`; 0 if there is none. By bisection over `seq`.
    [[nodiscard]] virtual Result<Seq> last_before(Timestamp at) = 0;
    /// The same as those of `Journal`, as of the last commit.
    [[nodiscard]] virtual Result<std::map<std::string, Seq>> positions() = 0;
    [[nodiscard]] virtual Result<std::vector<StoredLetter>> letters(const std::string& sink,
                                                                    Seq after, ReadLimit limit) = 0;
    [[nodiscard]] virtual Result<std::map<std::string, std::uint64_t>> letter_counts() = 0;
    /// By number.
    [[nodiscard]] virtual Result<std::vector<ErasureReport>> erasure_reports() = 0;
    [[nodiscard]] virtual Result<std::vector<UnfinishedErasure>> unfinished_erasures() = 0;
    /// The oldest and newest record, and the bytes in use.
    [[nodiscard]] virtual Result<Health> health() = 0;
};
[[nodiscard]] Result<std::unique_ptr<JournalReader>> open_journal_reader(
    const std::filesystem::path& directory);

}  // namespace verohook::journal
