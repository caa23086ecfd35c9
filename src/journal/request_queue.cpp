#include "journal/request_queue.hpp"

#include "journal/record_size.hpp"

#include <utility>

namespace verohook::journal {

namespace {

// Beyond this a commit takes so long that those who wait behind it would notice.
constexpr std::size_t batch_bytes_max = std::size_t{8} * 1024 * 1024;

}  // namespace

RequestQueue::RequestQueue(const JournalLimits& limits) : limits_(limits) {}

std::optional<Error> RequestQueue::refusal(std::size_t bytes) const {
    if (closed_) {
        return Error{ErrorCode::stopping, "the journal is closed"};
    }
    if (refused_) {
        return refused_;
    }
    if (items_.size() >= limits_.queue_requests_max ||
        (bytes_ + bytes > limits_.queue_bytes_max && !items_.empty())) {
        return Error{ErrorCode::full,
                     "too many events are waiting for the disk; send it again later"};
    }
    return std::nullopt;
}

void RequestQueue::push(RequestPtr request) {
    const std::size_t bytes = draft_bytes(request->draft);
    std::unique_lock lock(mutex_);
    if (const auto error = refusal(bytes)) {
        lock.unlock();
        request->completed(*error, Rest::none);
        return;
    }
    items_.push_back({std::move(request), bytes});
    bytes_ += bytes;
    const bool wake = std::exchange(waiting_, false);
    lock.unlock();
    if (wake) {
        changed_.notify_all();
    }
}

void RequestQueue::wait(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    waiting_ = true;
    changed_.wait_for(lock, timeout, [this] { return !items_.empty() || nudged_ || closed_; });
    waiting_ = false;
    nudged_ = false;
}

std::vector<RequestPtr> RequestQueue::take() {
    std::vector<RequestPtr> batch;
    const std::lock_guard lock(mutex_);
    std::size_t bytes = 0;
    while (!items_.empty() && batch.size() < limits_.batch_requests_max &&
           (batch.empty() || bytes + items_.front().bytes <= batch_bytes_max)) {
        bytes += items_.front().bytes;
        batch.push_back(std::move(items_.front().request));
        items_.pop_front();
    }
    bytes_ -= bytes;
    return batch;
}

RequestQueue::Size RequestQueue::size() const {
    const std::lock_guard lock(mutex_);
    return {items_.size(), bytes_};
}

void RequestQueue::refuse(Error why) {
    const std::lock_guard lock(mutex_);
    refused_ = std::move(why);
}

void RequestQueue::accept() {
    const std::lock_guard lock(mutex_);
    refused_.reset();
}

bool RequestQueue::wait_closed(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [this] { return closed_; });
}

void RequestQueue::nudge() {
    {
        const std::lock_guard lock(mutex_);
        nudged_ = true;
    }
    changed_.notify_all();
}

void RequestQueue::let_go(std::shared_ptr<const void> thing) {
    {
        const std::lock_guard lock(mutex_);
        held_.push_back(std::move(thing));
    }
    nudge();
}

std::vector<std::shared_ptr<const void>> RequestQueue::held() {
    const std::lock_guard lock(mutex_);
    return std::exchange(held_, {});
}

void RequestQueue::set_limits(const JournalLimits& limits) {
    {
        const std::lock_guard lock(mutex_);
        limits_ = limits;
        limits_are_new_ = true;
    }
    nudge();
}

std::optional<JournalLimits> RequestQueue::new_limits() {
    const std::lock_guard lock(mutex_);
    return std::exchange(limits_are_new_, false) ? std::optional(limits_) : std::nullopt;
}

void RequestQueue::close() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    changed_.notify_all();
}

bool RequestQueue::closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
}

}  // namespace verohook::journal
