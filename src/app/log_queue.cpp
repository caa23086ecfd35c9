#include "app/log_queue.hpp"

#include <new>
#include <utility>

namespace verohook::app {

namespace {

std::size_t size_of(const log::Record& record) {
    std::size_t bytes = sizeof(TimedRecord) + record.message.size();
    for (const log::Field& field : record.fields) {
        bytes += sizeof(field) + field.value.size();
    }
    return bytes;
}

}  // namespace

void LogQueue::put(log::Record record) noexcept {
    const std::lock_guard lock(mutex_);
    if (closed_) {
        return;
    }
    try {
        admit(std::move(record));
    } catch (const std::bad_alloc&) {
        drop();
    }
}

void LogQueue::admit(log::Record record) {
    const Time now = now_();
    std::vector<log::Record> told;
    const bool is_new = repetition_.admit(record, now, told);
    for (log::Record& each : told) {
        push(std::move(each));
    }
    if (is_new) {
        push(std::move(record));
        changed_.notify_one();
    } else if (sleeps_) {
        // It has to wake up for the count.
        changed_.notify_one();
    }
}

void LogQueue::push(log::Record record) {
    const std::size_t bytes = size_of(record);
    // The access log leaves half of the room to those records that somebody has to see.
    const std::size_t share = record.is_access ? 2 : 1;
    if (records_.size() >= records_max / share || bytes_ + bytes > bytes_max / share) {
        drop();
        return;
    }
    records_.push_back({std::chrono::system_clock::now(), std::move(record)});
    bytes_ += bytes;
}

void LogQueue::drop() {
    ++dropped_;
    counts_.dropped.fetch_add(1, std::memory_order_relaxed);
}

void LogQueue::request_reopen() {
    const std::lock_guard lock(mutex_);
    reopen_ = true;
    changed_.notify_one();
}

void LogQueue::close() {
    const std::lock_guard lock(mutex_);
    tell_repeated(Time::max());
    closed_ = true;
    changed_.notify_one();
}

void LogQueue::tell_repeated(Time now) {
    for (log::Record& each : repetition_.due(now)) {
        push(std::move(each));
    }
}

LogQueue::Batch LogQueue::take() {
    std::unique_lock lock(mutex_);
    // Where records never end to come nobody ever waits below.
    tell_repeated(now_());
    while (records_.empty() && !reopen_ && !closed_ && dropped_ == 0) {
        const auto next = repetition_.next_due();
        if (next) {
            changed_.wait_until(lock, *next);
        } else {
            sleeps_ = true;
            changed_.wait(lock);
            sleeps_ = false;
        }
        tell_repeated(now_());
    }
    // The room that the last batch needed goes on being used by the next one.
    Batch batch{.records = std::exchange(records_, {}),
                .dropped = std::exchange(dropped_, 0),
                .reopen = std::exchange(reopen_, false),
                .is_last = closed_};
    bytes_ = 0;
    return batch;
}

}  // namespace verohook::app
