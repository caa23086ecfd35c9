#pragma once

#include "journal/checkpointer.hpp"
#include "journal/commit_meter.hpp"
#include "journal/cursors.hpp"
#include "journal/duplicate_window.hpp"
#include "journal/erasures.hpp"
#include "journal/progress.hpp"
#include "journal/reader_pool.hpp"
#include "journal/recent.hpp"
#include "journal/request_queue.hpp"
#include "journal/retention.hpp"
#include "journal/sqlite_journal.hpp"
#include "journal/store.hpp"

#include <memory>
#include <set>
#include <thread>

namespace verohook::journal {

/// What the writer shares with the journal's other threads; outlives it.
struct WriterParts {
    RequestQueue& queue;
    Cursors& cursors;
    Erasures& erasures;
    Recent& recent;
    Progress& progress;
    ReaderPool& readers;
    Checkpointer& checkpointer;
    CommitMeter& meter;
};

/// The one thread that writes: it takes what has queued, stores it in one transaction with one
/// sync, and only then completes it. After a failed commit it refuses everything until the file has
/// been cut back to what is known to be on the disk, opened anew, and has taken a write.
class Writer {
public:
    Writer(const SqliteJournalSettings& settings, const Clock& clock, const WriterParts& parts,
           std::unique_ptr<Store> store);
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// Reads what the store holds. Before `start`.
    [[nodiscard]] Result<void> load();
    void start();
    /// Waits for the thread, which ends when the queue was closed and is empty.
    void join();

private:
    void run();
    void work();
    /// One transaction. Nothing is completed here.
    [[nodiscard]] Result<void> commit(const Cursors::Pending& pending);
    [[nodiscard]] Result<void> store_batch();
    [[nodiscard]] Result<void> store_positions(const Cursors::Pending& pending);
    /// The oldest dead letters of a sink that was given more go beyond the limit.
    [[nodiscard]] Result<void> trim_dead(const std::string& sink, std::size_t added);
    /// Does what somebody waits for within the transaction under way; `erased_` holds the outcome.
    [[nodiscard]] Result<void> erase();
    /// What somebody asks for, or what an earlier life has not ended; null: nothing.
    [[nodiscard]] Erasures::RequestPtr next_erasure(bool closed);
    void answer_erasure();
    [[nodiscard]] Result<std::uint64_t> empty_log();
    void succeeded(Cursors::Pending& pending);
    /// True: writable again. False: closed meanwhile.
    [[nodiscard]] bool failed(Cursors::Pending pending, const Error& error);
    [[nodiscard]] Result<void> recover();
    void refuse_queued(const Error& error);
    void follow_fullness();
    void restart_log();

    const SqliteJournalSettings settings_;
    const std::filesystem::path file_;
    WriterParts parts_;
    std::unique_ptr<Store> store_;
    DuplicateWindow window_;
    Retention retention_;
    Seq newest_ = 0;
    Seq given_ = 0;  ///< Numbers up to this one are not to be given again; mostly the less.
    bool full_ = false;
    bool filler_left_ = false;              ///< By somebody who was killed while scrubbing.
    bool appending_ = false;                ///< Since the first append: the sinks have been opened.
    std::uint64_t next_restart_bytes_ = 0;  ///< Of the log, when it is next tried.
    std::set<std::string> trimmed_;  ///< Sinks whose dead letters were removed, which is told once.
    std::vector<RequestPtr> batch_;
    std::vector<RecordPtr> records_;  ///< Made of `batch_`.
    Erasures::RequestPtr erasing_;    ///< Null: none.
    struct {
        std::uint64_t outcome = 0;
        std::vector<RecordPtr> records;
    } erased_;
    std::thread thread_;
};

}  // namespace verohook::journal
