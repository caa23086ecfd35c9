#pragma once

#include "base/limits.hpp"
#include "delivery/task.hpp"
#include "delivery/trouble.hpp"

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace verohook::delivery {

/// The tasks of one sink: any thread brings, cancels and looks, the worker's thread works.
class TaskQueue {
public:
    using Clock = std::chrono::steady_clock;

    TaskQueue(std::string sink, const DeliveryLimits& limits);
    TaskQueue(const TaskQueue&) = delete;
    TaskQueue& operator=(const TaskQueue&) = delete;

    /// Any thread. Errors: `locked` where one of the same word is under way, `stopping`.
    [[nodiscard]] Result<TaskStatus> submit(std::unique_ptr<Task> task, std::uint64_t id);
    /// Any thread. A task under way ends before its next step; nothing: no such task is known.
    [[nodiscard]] std::optional<TaskStatus> cancel(std::uint64_t id);
    /// Any thread: those under way, and the last ones that have ended.
    [[nodiscard]] std::vector<TaskStatus> list() const;

    /// The worker's thread: one step of each task that is due. False: it was left behind.
    [[nodiscard]] bool work(Workplace& place);
    /// The worker's thread: when the next step is due; nothing: there is no task.
    [[nodiscard]] std::optional<Clock::time_point> due() const;
    /// The worker's thread: the sink takes nothing now.
    void sink_failed(const std::string& reason);
    /// The worker's thread: ends everything, and takes nothing more.
    void close();

private:
    struct Work {
        std::unique_ptr<Task> task;
        Trouble trouble;
        Clock::time_point due = {};
        TaskStatus status = {};  ///< Guarded by the queue's mutex.
        bool cancelled = false;  ///< Guarded by the queue's mutex.
    };
    [[nodiscard]] bool work_on(Work& work, Workplace& place);
    void end(Work& work, TaskState state, const std::string& reason);
    void forget_ended();

    const std::string sink_;
    const DeliveryLimits limits_;
    mutable std::mutex mutex_;
    /// Only the worker's thread removes, so it may look without the mutex at what it has found.
    std::vector<std::shared_ptr<Work>> works_;
    std::deque<TaskStatus> ended_;
    bool closed_ = false;
};

}  // namespace verohook::delivery
