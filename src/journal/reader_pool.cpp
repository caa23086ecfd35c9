#include "journal/reader_pool.hpp"

#include <utility>

namespace verohook::journal {

namespace {

// Each idle connection keeps a cache; sinks are rarely behind at the same time.
constexpr std::size_t idle_max = 2;

}  // namespace

ReaderPool::ReaderPool(std::filesystem::path file, std::string vfs)
    : file_(std::move(file)), vfs_(std::move(vfs)) {}

Result<std::unique_ptr<RecordReader>> ReaderPool::acquire() {
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !held_; });
        if (closed_) {
            return Error{ErrorCode::stopping, "the journal is closed"};
        }
        ++busy_;
        if (!idle_.empty()) {
            std::unique_ptr<RecordReader> reader = std::move(idle_.back());
            idle_.pop_back();
            return reader;
        }
    }
    auto opened = RecordReader::open(file_, sqlite::OpenMode::read_only, vfs_);
    if (!opened) {
        release(nullptr);
    }
    return opened;
}

void ReaderPool::release(std::unique_ptr<RecordReader> reader) {
    // Closed under the lock where it is one too many: `close_all` must not return before.
    const std::lock_guard lock(mutex_);
    --busy_;
    if (reader && idle_.size() < idle_max) {
        idle_.push_back(std::move(reader));
    }
    reader.reset();
    changed_.notify_all();
}

void ReaderPool::close_all() {
    const Hold hold(*this);
}

void ReaderPool::hold() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !held_; });
    held_ = true;
    changed_.wait(lock, [this] { return busy_ == 0; });
    idle_.clear();
}

void ReaderPool::let_go() {
    const std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
}

void ReaderPool::close() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    close_all();
}

}  // namespace verohook::journal
