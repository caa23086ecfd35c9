#pragma once

#include "journal/journal.hpp"

#include <verohook/sink/sink.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace verohook::delivery {

struct SinkSettings;

/// What a task finds at its sink's worker; lent to it for one step.
class Workplace {
public:
    virtual ~Workplace() = default;
    [[nodiscard]] virtual const SinkSettings& settings() const = 0;
    [[nodiscard]] virtual journal::Journal& journal() = 0;
    [[nodiscard]] virtual Timestamp now() const = 0;
    /// Everything up to and with this has been delivered once. A task must offer nothing beyond: a
    /// target that keeps a position of its own would take what lies between for delivered.
    [[nodiscard]] virtual journal::Seq position() const = 0;
    /// Runs code with the sink; it may throw nothing. False: the thread was left behind inside, and
    /// the task must return `Step::gone()` without touching anything that it does not own.
    [[nodiscard]] virtual bool with_sink(const std::function<void(sink::Sink&)>& code) = 0;
    /// Offers items once, and answers for what the sink throws or claims; nothing: as above.
    [[nodiscard]] virtual std::optional<sink::Outcome> offer(std::span<const sink::Item> items) = 0;
};

enum class TaskState {
    waiting,    ///< Not begun yet.
    running,    ///< Under way.
    done,       ///< Came to its end.
    failed,     ///< Ended early; `last_error` says why.
    cancelled,  ///< Somebody wished so.
    stopped,    ///< The program stopped; it does not go on after the next start.
};
[[nodiscard]] std::string_view to_text(TaskState state);
[[nodiscard]] std::optional<TaskState> parse_task_state(std::string_view text);
[[nodiscard]] inline bool has_ended(TaskState state) {
    return state != TaskState::waiting && state != TaskState::running;
}

/// How far a task has got; a copy.
struct TaskStatus {
    std::uint64_t id = 0;
    std::string what;  ///< `replay`, `retry`
    std::string sink;
    TaskState state = TaskState::waiting;
    journal::Seq first = 0;     ///< Of the range; 0 until it is known.
    journal::Seq last = 0;      ///< Of the range.
    journal::Seq position = 0;  ///< Everything up to and with this has been looked at.
    std::uint64_t delivered = 0;
    std::uint64_t rejected = 0;
    std::uint64_t filtered = 0;  ///< Left out by a filter.
    std::uint64_t missing = 0;   ///< Asked for and not there: removed by retention, or unknown.
    std::uint64_t retries = 0;
    std::string last_error;
};

/// What came of one step of a task.
struct Step {
    enum class Next {
        again,   ///< There is more to do.
        retry,   ///< It did not work now; again after a wait.
        done,    ///< That was all.
        failed,  ///< It cannot be done.
        gone,    ///< The thread was left behind.
    };
    Next next = Next::again;
    std::string reason = {};
    std::optional<std::chrono::milliseconds> retry_after = {};
    bool progress = false;  ///< Something got through; for how long to wait.

    [[nodiscard]] static Step again() { return {Next::again}; }
    [[nodiscard]] static Step done() { return {Next::done}; }
    [[nodiscard]] static Step gone() { return {Next::gone}; }
    [[nodiscard]] static Step failed(std::string reason) {
        return {Next::failed, std::move(reason)};
    }
    [[nodiscard]] static Step retry(std::string reason) { return {Next::retry, std::move(reason)}; }
};

/// Work beside the delivery of new events that needs a sink, and so is done by its worker's thread:
/// one step between two batches of new events. The thread owns it.
class Task {
public:
    virtual ~Task() = default;
    /// One word for people; two tasks with the same word are not taken at the same time.
    [[nodiscard]] virtual std::string_view what() const = 0;
    /// Whether it waits while the sink is down, or is told to have failed.
    [[nodiscard]] virtual bool outlasts_failures() const = 0;
    /// At most one batch of work. `status` is this task's own and published after the step.
    [[nodiscard]] virtual Step step(Workplace& place, TaskStatus& status) = 0;
};

}  // namespace verohook::delivery
