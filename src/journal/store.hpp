#pragma once

#include "journal/block_inserter.hpp"
#include "journal/duplicate_window.hpp"
#include "journal/wal_file.hpp"
#include "sqlite/database.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace verohook::journal {

/// The writer's connection and its statements. One thread.
class Store final : public SegmentStore {
public:
    /// Copies what the write-ahead log holds into the database file, so that what is built upon is
    /// known to be on the disk, and opens that; makes or migrates its schema. `unavailable` while
    /// another process has the file open and the log is not empty.
    [[nodiscard]] static Result<std::unique_ptr<Store>> open(const std::filesystem::path& file,
                                                             const std::string& vfs);

    /// Where a block stands, in time and in bytes.
    struct Place {
        Seq first = 0;  ///< Of its records; 0: there is none.
        Seq last = 0;
        Timestamp received_at;           ///< Of the last one.
        std::uint64_t bytes_before = 0;  ///< Of all records that came before, removed or not.
    };
    [[nodiscard]] Result<Seq> newest();
    /// The oldest block.
    [[nodiscard]] Result<Place> oldest();
    [[nodiscard]] Result<std::map<std::string, Seq>> positions();
    /// 16 hexadecimal digits, made with the file.
    [[nodiscard]] Result<std::string> journal_id();
    /// Of all records that there have ever been.
    [[nodiscard]] Result<std::uint64_t> bytes_ever();

    [[nodiscard]] sqlite::Database& database() { return database_; }

    [[nodiscard]] Result<void> begin();
    /// Records that follow each other, as one or more blocks.
    [[nodiscard]] Result<void> insert(const std::vector<RecordPtr>& records,
                                      std::uint64_t bytes_before);
    /// The block that begins with `first`.
    [[nodiscard]] Result<void> remove(Seq first);
    [[nodiscard]] Result<void> save_position(const std::string& sink, Seq seq);
    /// With a copy of the record, which retention may remove; an old one keeps its copy.
    [[nodiscard]] Result<void> save_dead(const std::string& sink, const DeadLetter& letter);
    [[nodiscard]] Result<void> remove_dead(const std::string& sink, Seq seq);
    /// Removes the oldest of a sink's dead letters beyond the newest `kept`, at most `count`; how
    /// many it removed.
    [[nodiscard]] Result<std::uint64_t> trim_dead(const std::string& sink, std::size_t kept,
                                                  std::size_t count);
    /// Whether what is removed within a page, or with a page too, is overwritten with zeros.
    enum class Overwriting { in_pages, all };
    [[nodiscard]] Result<void> set_overwriting(Overwriting overwriting);
    /// What is left of it; null where there is none, or it was erased before.
    [[nodiscard]] Result<RecordPtr> erase(const Erasure& erasure);
    /// Fills a few free pages with zeros, and holds them; how many free pages are left.
    [[nodiscard]] Result<std::uint64_t> fill_free_pages();
    /// Gives a few of these pages back; how many pieces are left.
    [[nodiscard]] Result<std::uint64_t> clear_filler();
    [[nodiscard]] Result<bool> has_filler();
    /// Its number.
    [[nodiscard]] Result<std::uint64_t> add_report(const ErasureReport& report);
    /// As `Journal::replace_unfinished`.
    [[nodiscard]] Result<std::uint64_t> replace_unfinished(
        const std::vector<std::uint64_t>& removed, std::string_view names);
    /// Ends with the sync. After an error, `discard` is due before anything else.
    [[nodiscard]] Result<void> commit();
    /// A commit that changes something, to see whether the disk takes it.
    [[nodiscard]] Result<void> probe();
    /// Cuts off whatever a failed commit has left in the write-ahead log. Must succeed before the
    /// store is closed, or whoever opens the file next would take it for committed.
    [[nodiscard]] Result<void> discard();

    [[nodiscard]] Result<sqlite::Database::Checkpoint> checkpoint() {
        return database_.checkpoint_passive();
    }
    /// Between two transactions: cuts the log to nothing, all of which was copied before.
    [[nodiscard]] Result<void> empty_log();
    /// For the end: what remains goes into the database file, so that the next start is quick.
    void settle();
    [[nodiscard]] std::uint32_t wal_frames() const { return frames_; }
    [[nodiscard]] std::uint32_t page_bytes() const { return page_bytes_; }

    [[nodiscard]] Result<std::string> read_segment(std::uint64_t segment) override;
    [[nodiscard]] Result<void> write_segment(std::uint64_t segment,
                                             std::string_view entries) override;
    [[nodiscard]] Result<void> remove_segment(std::uint64_t segment) override;
    [[nodiscard]] Result<std::optional<Range>> segments() override;
    [[nodiscard]] Result<void> visit_segments(std::uint64_t first, Visitor& visitor) override;

private:
    explicit Store(sqlite::Database database) : database_(std::move(database)) {}
    [[nodiscard]] Result<void> configure();
    [[nodiscard]] Result<void> prepare();
    /// The block that holds a record; nothing where there is none. Valid until `statements_.find`
    /// is reset, which is up to the caller.
    [[nodiscard]] Result<std::optional<BlockView>> find_block(Seq seq);
    /// Null where there is none, or it is damaged.
    [[nodiscard]] Result<RecordPtr> find(Seq seq);
    [[nodiscard]] Result<RecordPtr> erase_record(const Erasure& erasure);
    [[nodiscard]] Result<RecordPtr> erase_letter(const Erasure& erasure);
    [[nodiscard]] Result<RecordPtr> erase_reason(const Erasure& erasure);

    sqlite::Database database_;
    std::uint32_t page_bytes_ = 0;
    std::uint32_t frames_ = 0;     ///< In the write-ahead log, after the last successful commit.
    std::optional<WalMark> mark_;  ///< Known from `begin` until the commit succeeds.
    std::unique_ptr<WalFile> log_;
    BlockInserter inserter_;
    struct {
        sqlite::Statement begin, commit, remove, find, position, dead, remove_dead, newest, oldest;
        sqlite::Statement trim_dead, bytes_ever, read_segment, write_segment, remove_segment, probe;
    } statements_;
};

}  // namespace verohook::journal
