#include "admin/work_thread.hpp"

#include "base/thread.hpp"

#include <utility>

namespace verohook::admin {

WorkThread::WorkThread(std::string name) : name_(std::move(name)), thread_([this] { run(); }) {}

bool WorkThread::post(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    if (stopped_) {
        return false;
    }
    waiting_.push_back(std::move(work));
    changed_.notify_one();
    return true;
}

void WorkThread::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        changed_.notify_one();
    }
    if (thread_.joinable()) {
        thread_.join();
    }
}

void WorkThread::run() {
    set_up_thread(name_, Urgency::background);
    for (;;) {
        std::function<void()> work;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return stopped_ || !waiting_.empty(); });
            if (waiting_.empty()) {
                return;
            }
            work = std::move(waiting_.front());
            waiting_.pop_front();
        }
        work();
    }
}

}  // namespace verohook::admin
