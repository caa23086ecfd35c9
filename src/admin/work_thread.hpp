#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace verohook::admin {

/// One thread for what an I/O thread must not wait for. Any thread posts.
class WorkThread {
public:
    /// `name`: the thread's.
    explicit WorkThread(std::string name);
    ~WorkThread() { stop(); }
    WorkThread(const WorkThread&) = delete;
    WorkThread& operator=(const WorkThread&) = delete;

    /// False: it has been stopped, and `work` will not be done. How much may wait is bounded by
    /// whoever posts.
    [[nodiscard]] bool post(std::function<void()> work);
    /// Does what was posted, and ends.
    void stop();

private:
    void run();

    const std::string name_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> waiting_;
    bool stopped_ = false;
    std::thread thread_;
};

}  // namespace verohook::admin
