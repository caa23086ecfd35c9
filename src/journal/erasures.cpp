#include "journal/erasures.hpp"

#include <utility>

namespace verohook::journal {

namespace {

// Sinks and commands read for moments; what takes longer is told.
constexpr std::chrono::seconds log_timeout{10};
constexpr std::chrono::milliseconds log_pause{20};

}  // namespace

Erasures::Erasures(std::function<void()> nudge) : nudge_(std::move(nudge)) {}

Result<std::uint64_t> Erasures::run(Request request) {
    const auto waiting = std::make_shared<Request>(std::move(request));
    std::unique_lock lock(mutex_);
    if (error_) {
        return *error_;
    }
    requests_.push_back(waiting);
    lock.unlock();
    nudge_();
    lock.lock();
    changed_.wait(lock, [&] { return waiting->outcome.has_value(); });
    return *waiting->outcome;
}

Result<void> Erasures::scrub() {
    for (const Step step : {Step::fill, Step::clear}) {
        Result<std::uint64_t> left = run({.step = step});
        // Each takes more pages than retention can set free meanwhile, so this comes to an end.
        while (left && *left > 0) {
            left = run({.step = step});
        }
        if (!left) {
            return left.error();
        }
    }
    const auto deadline = std::chrono::steady_clock::now() + log_timeout;
    for (;;) {
        const Result<std::uint64_t> emptied = run({.step = Step::empty_log});
        if (emptied && *emptied == 0) {
            return {};
        }
        std::unique_lock lock(mutex_);
        if (closed_ || std::chrono::steady_clock::now() > deadline) {
            return Error{ErrorCode::unavailable,
                         "the journal's write-ahead log could not be emptied" +
                             (emptied ? "" : ": " + emptied.error().message)};
        }
        changed_.wait_for(lock, log_pause, [this] { return closed_; });
    }
}

std::uint64_t Erasures::count() const {
    const std::lock_guard lock(mutex_);
    return count_;
}

Erasures::RequestPtr Erasures::take() {
    const std::lock_guard lock(mutex_);
    if (requests_.empty()) {
        return nullptr;
    }
    RequestPtr request = std::move(requests_.front());
    requests_.pop_front();
    return request;
}

void Erasures::answer(const RequestPtr& request, const Result<std::uint64_t>& outcome) {
    const std::lock_guard lock(mutex_);
    if (outcome && request->step == Step::erase) {
        ++count_;
    }
    request->outcome = outcome;
    changed_.notify_all();
}

void Erasures::failed(const Error& error) {
    const std::lock_guard lock(mutex_);
    for (const RequestPtr& request : requests_) {
        request->outcome = error;
    }
    requests_.clear();
    error_ = error;
    changed_.notify_all();
}

void Erasures::recovered() {
    const std::lock_guard lock(mutex_);
    if (!closed_) {
        error_.reset();
    }
}

void Erasures::close() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    failed({ErrorCode::stopping, "the journal is closed"});
}

}  // namespace verohook::journal
