#include "journal/checkpointer.hpp"

#include "base/log.hpp"
#include "base/thread.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace verohook::journal {

namespace {

// After a failure, or where a reader was in the way, the next try waits this long.
constexpr std::chrono::milliseconds pause{1000};

}  // namespace

Checkpointer::Checkpointer(std::filesystem::path file, std::string vfs, std::uint32_t frames_min)
    : file_(std::move(file)), vfs_(std::move(vfs)), frames_min_(frames_min) {
    thread_ = std::thread([this] { run(); });
}

Checkpointer::~Checkpointer() {
    stop();
}

void Checkpointer::tell(std::uint32_t frames) {
    const std::lock_guard lock(mutex_);
    if (frames < frames_) {
        // The log was started anew.
        backfilled_ = 0;
    }
    frames_ = frames;
    if (due() && !running_) {
        changed_.notify_all();
    }
}

bool Checkpointer::try_settle(std::uint32_t frames_max) {
    const std::lock_guard lock(mutex_);
    settling_ = !running_ && !suspended_ && !failure_ && frames_ - backfilled_ <= frames_max;
    return settling_;
}

void Checkpointer::settled(const Result<sqlite::Database::Checkpoint>& outcome) {
    const std::lock_guard lock(mutex_);
    settling_ = false;
    note(outcome);
    changed_.notify_all();
}

void Checkpointer::note(const Result<sqlite::Database::Checkpoint>& outcome) {
    if (!outcome) {
        // Somebody was in the way: nothing was copied, and nothing is wrong with the disk.
        if (outcome.error().code != ErrorCode::locked) {
            failure_ = outcome.error();
        }
    } else if (outcome->backfilled <= frames_) {
        // A log that was started anew meanwhile is shorter than what was copied of the old one.
        backfilled_ = outcome->backfilled;
    }
}

std::optional<Error> Checkpointer::failure() const {
    const std::lock_guard lock(mutex_);
    return failure_;
}

bool Checkpointer::due() const {
    return frames_ - backfilled_ >= frames_min_;
}

void Checkpointer::suspend() {
    std::unique_lock lock(mutex_);
    suspended_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !running_; });
    database_.reset();
    frames_ = 0;
    backfilled_ = 0;
}

void Checkpointer::resume() {
    const std::lock_guard lock(mutex_);
    suspended_ = false;
    failure_.reset();
}

void Checkpointer::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) {
        thread_.join();
    }
    database_.reset();
}

void Checkpointer::run() {
    set_up_thread("checkpoint", Urgency::throughput);
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        changed_.wait(lock, [this] {
            return stopping_ || (!suspended_ && !settling_ && !failure_ && due());
        });
        if (stopping_) {
            return;
        }
        running_ = true;
        lock.unlock();
        const Result<void> opened = open_database();
        report_opening(opened);
        std::optional<Result<sqlite::Database::Checkpoint>> outcome;
        if (opened) {
            outcome = database_->checkpoint_passive();
        }
        lock.lock();
        running_ = false;
        if (outcome) {
            note(*outcome);
        }
        changed_.notify_all();
        if (!opened || due()) {
            changed_.wait_for(lock, pause, [this] { return stopping_ || suspended_; });
        }
    }
}

Result<void> Checkpointer::open_database() {
    if (database_) {
        return {};
    }
    Result<sqlite::Database> opened =
        sqlite::Database::open(file_, sqlite::OpenMode::read_write, vfs_);
    if (!opened) {
        return opened.error();
    }
    // Pages that are copied do not pass through this connection's cache.
    if (const auto done = opened->execute("PRAGMA synchronous=FULL; PRAGMA cache_size=-64;"
                                          "PRAGMA wal_autocheckpoint=0");
        !done) {
        return done.error();
    }
    database_.emplace(std::move(*opened));
    return {};
}

void Checkpointer::report_opening(const Result<void>& opened) {
    if (!opened && !opening_fails_) {
        log::warn("the journal's write-ahead log grows, since it cannot be copied: " +
                  opened.error().message);
    } else if (opened && opening_fails_) {
        log::info("the journal's write-ahead log is copied again");
    }
    opening_fails_ = !opened;
}

}  // namespace verohook::journal
