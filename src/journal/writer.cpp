#include "journal/writer.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "base/thread.hpp"

#include <algorithm>
#include <utility>

namespace verohook::journal {

namespace {

// A position reaches the disk after this long at the latest.
constexpr std::chrono::milliseconds quiet{1000};
// So many dead letters beyond what was added go with one commit.
constexpr std::size_t trimmed_extra = 256;

std::shared_ptr<Record> make_record(AppendRequest& request, Seq seq) {
    auto record = std::make_shared<Record>();
    static_cast<Draft&>(*record) = std::move(request.draft);
    record->seq = seq;
    // Equal bodies without a time may both be meant, so `seq` makes their ids differ.
    const bool timed = record->occurred_at && record->kind != Kind::malformed;
    record->id = hash128(record->body, timed ? 0 : seq);
    return record;
}

bool is_timed(const Record& record) {
    return record.occurred_at && record.kind != Kind::malformed;
}

}  // namespace

Writer::Writer(const SqliteJournalSettings& settings, const Clock& clock, const WriterParts& parts,
               std::unique_ptr<Store> store)
    : settings_(settings),
      file_(settings.directory / "journal.db"),
      parts_(parts),
      store_(std::move(store)),
      window_(settings.limits.duplicate_events_max, settings.limits.duplicate_age_max),
      retention_(settings.limits, clock) {}

Writer::~Writer() {
    join();
}

void Writer::start() {
    thread_ = std::thread([this] { run(); });
}

void Writer::join() {
    if (thread_.joinable()) {
        thread_.join();
    }
}

void Writer::run() {
    set_up_thread("journal", Urgency::throughput);
    work();
    parts_.checkpointer.suspend();
    parts_.readers.close_all();
    store_.reset();
}

void Writer::work() {
    for (;;) {
        // What is left to remove is removed without a pause, one bounded step after another.
        parts_.queue.wait(retention_.due() || filler_left_ ? std::chrono::milliseconds(0) : quiet);
        const auto let_go_after_this_round = parts_.queue.held();
        if (const auto broken = parts_.checkpointer.failure()) {
            if (!failed({}, *broken)) {
                return;
            }
        }
        // Looked at first: what was taken in before the end is committed before the end.
        const bool closed = parts_.queue.closed();
        batch_ = parts_.queue.take();
        appending_ = appending_ || !batch_.empty();
        Cursors::Pending pending =
            parts_.cursors.take(appending_ ? Cursors::Holds::opened : Cursors::Holds::all);
        erasing_ = next_erasure(closed);
        const std::optional<JournalLimits> new_limits = parts_.queue.new_limits();
        if (new_limits) {
            retention_.set_limits(*new_limits);
        }
        // Whether there is room is looked at with each commit alone.
        const bool idle = batch_.empty() && pending.empty() && !erasing_ && !new_limits;
        if (idle && closed) {
            break;
        }
        if (idle && !retention_.due()) {
            continue;
        }
        if (const Result<void> done = commit(pending); done) {
            succeeded(pending);
            restart_log();
        } else if (!failed(std::move(pending), done.error())) {
            return;
        }
    }
    parts_.checkpointer.suspend();
    parts_.readers.close_all();
    if (!parts_.checkpointer.failure()) {
        store_->settle();
    }
}

Result<void> Writer::commit(const Cursors::Pending& pending) {
    const auto begun_at = std::chrono::steady_clock::now();
    if (const auto begun = store_->begin(); !begun) {
        return begun.error();
    }
    if (const auto stored = store_batch(); !stored) {
        return stored.error();
    }
    if (const auto stored = store_positions(pending); !stored) {
        return stored.error();
    }
    if (const auto done = erase(); !done) {
        return done.error();
    }
    const Seq newest = records_.empty() ? newest_ : records_.back()->seq;
    if (const auto done = retention_.step(*store_, pending, newest, batch_.size()); !done) {
        return done.error();
    }
    const auto syncing_at = std::chrono::steady_clock::now();
    Result<void> done = store_->commit();
    if (done) {
        parts_.meter.committed(begun_at, syncing_at, std::chrono::steady_clock::now(),
                               batch_.size());
    }
    return done;
}

Result<void> Writer::store_positions(const Cursors::Pending& pending) {
    for (const Cursors::Change& change : pending.changes) {
        for (const DeadLetter& letter : change.position.dead) {
            if (const auto saved = store_->save_dead(change.sink, letter); !saved) {
                return saved.error();
            }
        }
        if (const auto done = trim_dead(change.sink, change.position.dead.size()); !done) {
            return done.error();
        }
        if (const auto saved = store_->save_position(change.sink, change.position.seq); !saved) {
            return saved.error();
        }
    }
    for (const auto& request : pending.letters) {
        for (const DeadLetter& letter : request->change.kept) {
            if (const auto saved = store_->save_dead(request->sink, letter); !saved) {
                return saved.error();
            }
        }
        for (const Seq seq : request->change.removed) {
            if (const auto removed = store_->remove_dead(request->sink, seq); !removed) {
                return removed.error();
            }
        }
        if (const auto done = trim_dead(request->sink, request->change.kept.size()); !done) {
            return done.error();
        }
    }
    return {};
}

Result<void> Writer::trim_dead(const std::string& sink, std::size_t added) {
    if (added == 0) {
        return {};
    }
    const std::size_t kept = settings_.limits.dead_letters_max;
    const auto removed = store_->trim_dead(sink, kept, added + trimmed_extra);
    if (!removed) {
        return removed.error();
    }
    if (*removed > 0 && trimmed_.insert(sink).second) {
        log::warn("sink '" + sink + "' has more than " + with_thousands(kept) +
                  " dead letters: the oldest are removed");
    }
    return {};
}

Result<void> Writer::store_batch() {
    records_.clear();
    Seq seq = std::max(newest_, given_);
    for (const RequestPtr& request : batch_) {
        std::shared_ptr<Record> record = make_record(*request, ++seq);
        if (is_timed(*record)) {
            const auto first = window_.add(record->id, record->seq, record->received_at, *store_);
            if (!first) {
                return first.error();
            }
            record->duplicate_of = *first;
        }
        records_.push_back(std::move(record));
    }
    if (records_.empty()) {
        return {};
    }
    if (const auto done = store_->insert(records_, retention_.add(records_)); !done) {
        return done.error();
    }
    return window_.save(*store_);
}

void Writer::succeeded(Cursors::Pending& pending) {
    if (!records_.empty()) {
        window_.saved();
        newest_ = records_.back()->seq;
        parts_.recent.add(records_);
    }
    follow_fullness();
    parts_.progress.committed(retention_.oldest(), newest_, retention_.used_bytes());
    parts_.cursors.saved(pending);
    parts_.checkpointer.tell(store_->wal_frames());
    for (std::size_t index = 0; index < batch_.size(); ++index) {
        const Record& record = *records_[index];
        batch_[index]->completed(Receipt{record.seq, record.id, record.duplicate_of},
                                 index + 1 < batch_.size() ? Rest::follows : Rest::none);
    }
    batch_.clear();
    records_.clear();
    answer_erasure();
}

void Writer::follow_fullness() {
    const std::optional<Error>& why = retention_.full();
    if (why) {
        parts_.queue.refuse(*why);
        parts_.progress.refuses(why->message);
        if (!full_) {
            log::error(why->message);
        }
    } else if (full_) {
        parts_.queue.accept();
        parts_.progress.writable();
        log::info("the journal has room again");
    }
    full_ = why.has_value();
    parts_.cursors.set_urgent(full_);
}

void Writer::restart_log() {
    const std::uint64_t bytes = std::uint64_t{store_->wal_frames()} * (store_->page_bytes() + 24);
    if (bytes < settings_.log_restart_bytes) {
        next_restart_bytes_ = settings_.log_restart_bytes;
        return;
    }
    // SQLite begins the log anew only where nothing of it is left to copy, which never comes to
    // pass beside steady appends. So the last little bit is copied between two of them.
    const auto frames_max =
        static_cast<std::uint32_t>(settings_.checkpoint_bytes / store_->page_bytes());
    if (bytes < next_restart_bytes_ || !parts_.checkpointer.try_settle(frames_max)) {
        return;
    }
    // Where a reader is in the way at the next append, another try with each commit would double
    // the syncs.
    next_restart_bytes_ = bytes + settings_.checkpoint_bytes;
    parts_.checkpointer.settled(store_->checkpoint());
}

}  // namespace verohook::journal
