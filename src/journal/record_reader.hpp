#pragma once

#include "journal/journal.hpp"
#include "sqlite/database.hpp"

#include <map>
#include <memory>
#include <string>

namespace verohook::journal {

/// Reads records through a connection of its own, in short statements, so that it holds up no
/// checkpoint. One thread at a time. Every record is held against its checksum.
class RecordReader {
public:
    [[nodiscard]] static Result<std::unique_ptr<RecordReader>> open(
        const std::filesystem::path& file, sqlite::OpenMode mode, const std::string& vfs);

    /// A damaged record is returned as `Kind::damaged`: it must not hide those behind it.
    [[nodiscard]] Result<std::vector<RecordPtr>> read(Seq after, ReadLimit limit);
    /// The others are as in `JournalReader`.
    [[nodiscard]] Result<Seq> newest();
    [[nodiscard]] Result<Seq> last_before(Timestamp at);
    [[nodiscard]] Result<std::map<std::string, Seq>> positions();
    [[nodiscard]] Result<std::vector<StoredLetter>> letters(const std::string& sink, Seq after,
                                                            ReadLimit limit);
    [[nodiscard]] Result<std::map<std::string, std::uint64_t>> letter_counts();
    [[nodiscard]] Result<std::vector<ErasureReport>> erasure_reports();
    [[nodiscard]] Result<std::vector<UnfinishedErasure>> unfinished_erasures();
    [[nodiscard]] Result<Health> health();

private:
    explicit RecordReader(sqlite::Database database) : database_(std::move(database)) {}
    [[nodiscard]] Result<void> prepare();
    sqlite::Database database_;
    sqlite::Statement read_;
    sqlite::Statement newest_;
};

}  // namespace verohook::journal
