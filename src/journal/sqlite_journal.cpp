#include "journal/sqlite_journal.hpp"

#include "journal/folder.hpp"
#include "journal/lock_file.hpp"
#include "journal/log_check.hpp"
#include "journal/schema.hpp"
#include "journal/writer.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

namespace verohook::journal {

namespace {

struct Locks {
    std::unique_ptr<LockFile> folder;
    std::unique_ptr<LockFile> database;
};

class SqliteJournal final : public Journal {
public:
    SqliteJournal(const SqliteJournalSettings& settings, const Clock& clock, Locks locks,
                  std::unique_ptr<Store> store, const std::map<std::string, Seq>& positions,
                  std::string id)
        : locks_(std::move(locks)),
          id_(std::move(id)),
          queue_(settings.limits),
          cursors_(positions, [this] { queue_.nudge(); }),
          erasures_([this] { queue_.nudge(); }),
          recent_(settings.limits.recent_bytes_max),
          readers_(settings.directory / "journal.db", settings.vfs),
          checkpointer_(
              settings.directory / "journal.db", settings.vfs,
              static_cast<std::uint32_t>(settings.checkpoint_bytes / store->page_bytes())),
          writer_(settings, clock,
                  WriterParts{queue_, cursors_, erasures_, recent_, progress_, readers_,
                              checkpointer_, meter_},
                  std::move(store)) {}

    ~SqliteJournal() override { SqliteJournal::close(); }
    SqliteJournal(const SqliteJournal&) = delete;
    SqliteJournal& operator=(const SqliteJournal&) = delete;

    [[nodiscard]] Result<void> start() {
        if (const auto loaded = writer_.load(); !loaded) {
            return loaded.error();
        }
        writer_.start();
        return {};
    }

    [[nodiscard]] std::string id() const override { return id_; }

    void append(std::unique_ptr<AppendRequest> request) override {
        queue_.push(std::move(request));
    }

    [[nodiscard]] Result<std::vector<RecordPtr>> read(Seq after, ReadLimit limit) override {
        const Health now = progress_.health();
        if (after >= now.newest) {
            return std::vector<RecordPtr>{};
        }
        // Memory may still hold what retention has removed.
        if (now.oldest != 0) {
            after = std::max(after, now.oldest - 1);
        }
        if (auto records = recent_.read(after, limit)) {
            return std::move(*records);
        }
        return readers_.with([&](RecordReader& reader) { return reader.read(after, limit); });
    }

    bool wait_beyond(Seq after, std::chrono::milliseconds timeout, std::stop_token stop) override {
        return progress_.wait_beyond(after, timeout, std::move(stop));
    }

    [[nodiscard]] Seq newest() const override { return progress_.newest(); }
    [[nodiscard]] Seq newest_given() const override { return progress_.newest_given(); }

    [[nodiscard]] Result<Seq> open_cursor(const std::string& sink, From from) override {
        const Health now = progress_.health();
        const Seq before_oldest = now.oldest == 0 ? now.newest : now.oldest - 1;
        return cursors_.open(sink, from == From::now ? now.newest : before_oldest);
    }

    void release_cursor(const std::string& sink) override { cursors_.release(sink); }

    void commit_position(const std::string& sink, Position position) override {
        cursors_.commit(sink, std::move(position));
    }

    [[nodiscard]] std::map<std::string, Seq> positions() const override {
        return cursors_.positions();
    }

    [[nodiscard]] Result<Seq> last_before(Timestamp at) override {
        return readers_.with([&](RecordReader& reader) { return reader.last_before(at); });
    }

    [[nodiscard]] Result<std::vector<StoredLetter>> letters(const std::string& sink, Seq after,
                                                            ReadLimit limit) override {
        return readers_.with(
            [&](RecordReader& reader) { return reader.letters(sink, after, limit); });
    }

    [[nodiscard]] Result<std::map<std::string, std::uint64_t>> letter_counts() override {
        return readers_.with([](RecordReader& reader) { return reader.letter_counts(); });
    }

    [[nodiscard]] Result<void> change_letters(const std::string& sink,
                                              LetterChange change) override {
        return cursors_.change_letters(sink, std::move(change));
    }

    [[nodiscard]] Result<std::uint64_t> erase(std::vector<Erasure> erasures) override {
        return erasures_.run({.step = Erasures::Step::erase, .erasures = std::move(erasures)});
    }

    [[nodiscard]] std::uint64_t erasures() const override { return erasures_.count(); }

    [[nodiscard]] Result<void> scrub() override { return erasures_.scrub(); }

    [[nodiscard]] Result<std::uint64_t> add_erasure_report(Timestamp at,
                                                           std::string text) override {
        return erasures_.run({.step = Erasures::Step::report, .report = {0, at, std::move(text)}});
    }

    [[nodiscard]] Result<std::vector<UnfinishedErasure>> unfinished_erasures() override {
        return readers_.with([](RecordReader& reader) { return reader.unfinished_erasures(); });
    }

    [[nodiscard]] Result<std::uint64_t> replace_unfinished(std::vector<std::uint64_t> removed,
                                                           std::string names) override {
        return erasures_.run({.step = Erasures::Step::unfinished,
                              .removed = std::move(removed),
                              .names = std::move(names)});
    }

    void set_limits(const JournalLimits& limits) override {
        recent_.set_limit(limits.recent_bytes_max);
        queue_.set_limits(limits);
    }

    void let_go(std::shared_ptr<const void> thing) override { queue_.let_go(std::move(thing)); }

    [[nodiscard]] Health health() const override {
        Health health = progress_.health();
        const RequestQueue::Size waiting = queue_.size();
        health.queued = waiting.requests;
        health.queued_bytes = waiting.bytes;
        return health;
    }

    [[nodiscard]] Measurements measurements() const override { return meter_.measurements(); }

    void close() override {
        const std::lock_guard lock(close_mutex_);
        erasures_.close();
        queue_.close();
        writer_.join();
        cursors_.close();
        progress_.closed();
        checkpointer_.stop();
        readers_.close();
        locks_ = {};
    }

private:
    std::mutex close_mutex_;
    Locks locks_;
    const std::string id_;
    RequestQueue queue_;
    Cursors cursors_;
    Erasures erasures_;
    Recent recent_;
    Progress progress_;
    ReaderPool readers_;
    Checkpointer checkpointer_;
    CommitMeter meter_;
    Writer writer_;
};

/// Before the lock is taken, which tells of the last one who did.
SharedMemory shared_memory_of(const std::filesystem::path& directory) {
    return LockFile::taken_since_boot(directory) ? SharedMemory::of_this_boot : SharedMemory::older;
}

Result<void> check_files(const std::filesystem::path& file, SharedMemory memory) {
    std::error_code ignored;  // What cannot be seen is told when it is opened.
    if (std::filesystem::is_symlink(file, ignored)) {
        return Error{ErrorCode::unavailable,
                     file.string() +
                         " is a symbolic link, and its log would stand elsewhere: set "
                         "state_dir to the folder that it leads to"};
    }
    return check_log(file, memory);
}

}  // namespace

Result<void> check_journal_files(const std::filesystem::path& directory) {
    return check_files(directory / "journal.db", shared_memory_of(directory));
}

Result<std::unique_ptr<Journal>> open_sqlite_journal(const SqliteJournalSettings& settings,
                                                     const Clock& clock) {
    if (const auto made = make_folder(settings.directory); !made) {
        return made.error();
    }
    const SharedMemory memory = shared_memory_of(settings.directory);
    Result<std::unique_ptr<LockFile>> lock = LockFile::take(settings.directory);
    if (!lock) {
        return lock.error();
    }
    const std::filesystem::path file = settings.directory / "journal.db";
    if (const auto checked = check_files(file, memory); !checked) {
        return checked.error();
    }
    if (const auto made = make_file(file); !made) {
        return made.error();
    }
    Result<std::unique_ptr<LockFile>> database = LockFile::take_database(file);
    if (!database) {
        return database.error();
    }
    Locks locks{std::move(*lock), std::move(*database)};
    // Nothing is written before the file is known to be a journal of ours and sound.
    if (const auto inspected = inspect_file(file, settings.vfs); !inspected) {
        return inspected.error();
    }
    Result<std::unique_ptr<Store>> store = Store::open(file, settings.vfs);
    if (!store) {
        return store.error();
    }
    const Result<std::map<std::string, Seq>> positions = (*store)->positions();
    if (!positions) {
        return positions.error();
    }
    Result<std::string> id = (*store)->journal_id();
    if (!id) {
        return id.error();
    }
    auto journal = std::make_unique<SqliteJournal>(settings, clock, std::move(locks),
                                                   std::move(*store), *positions, std::move(*id));
    if (const auto started = journal->start(); !started) {
        return started.error();
    }
    return std::unique_ptr<Journal>(std::move(journal));
}

}  // namespace verohook::journal
