#include "delivery/sink_seat.hpp"

#include <utility>

namespace verohook::delivery {

void SinkSeat::put(std::unique_ptr<sink::Sink> sink) {
    const std::lock_guard lock(mutex_);
    sink_ = std::move(sink);
}

std::unique_ptr<sink::Sink> SinkSeat::take() {
    const std::lock_guard lock(mutex_);
    return std::move(sink_);
}

bool SinkSeat::call(const std::function<void()>& code) {
    {
        const std::lock_guard lock(mutex_);
        if (interrupted_) {
            return false;
        }
        inside_ = true;
    }
    code();
    const std::lock_guard lock(mutex_);
    inside_ = false;
    return !interrupted_;
}

bool SinkSeat::interrupt() {
    const std::lock_guard lock(mutex_);
    interrupted_ = true;
    return inside_;
}

bool SinkSeat::is_interrupted() const {
    const std::lock_guard lock(mutex_);
    return interrupted_;
}

void SinkSeat::request_reopen() {
    const std::lock_guard lock(mutex_);
    if (sink_) {
        sink_->request_reopen();
    }
}

}  // namespace verohook::delivery
