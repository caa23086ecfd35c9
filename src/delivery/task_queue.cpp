#include "delivery/task_queue.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace verohook::delivery {

namespace {

/// So many that have ended are still told of.
constexpr std::size_t ended_max = 16;

constexpr std::array<std::pair<TaskState, std::string_view>, 6> states{
    {{TaskState::waiting, "waiting"},
     {TaskState::running, "running"},
     {TaskState::done, "done"},
     {TaskState::failed, "failed"},
     {TaskState::cancelled, "cancelled"},
     {TaskState::stopped, "stopped"}}};

}  // namespace

std::string_view to_text(TaskState state) {
    return states.at(static_cast<std::size_t>(state)).second;
}

std::optional<TaskState> parse_task_state(std::string_view text) {
    for (const auto& [state, name] : states) {
        if (name == text) {
            return state;
        }
    }
    return std::nullopt;
}

TaskQueue::TaskQueue(std::string sink, const DeliveryLimits& limits)
    : sink_(std::move(sink)), limits_(limits) {}

Result<TaskStatus> TaskQueue::submit(std::unique_ptr<Task> task, std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    if (closed_) {
        return Error{ErrorCode::stopping, "sink '" + sink_ + "' has stopped"};
    }
    for (const auto& work : works_) {
        if (work->status.what == task->what() && !has_ended(work->status.state)) {
            return Error{ErrorCode::locked, "sink '" + sink_ + "' has a " + work->status.what +
                                                " under way; wait for it, or cancel it"};
        }
    }
    auto work = std::make_shared<Work>(Work{std::move(task), Trouble(sink_, limits_)});
    work->status.id = id;
    work->status.what = work->task->what();
    work->status.sink = sink_;
    works_.push_back(work);
    return work->status;
}

std::optional<TaskStatus> TaskQueue::cancel(std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    for (const auto& work : works_) {
        if (work->status.id == id) {
            work->cancelled = true;
            return work->status;
        }
    }
    for (const TaskStatus& status : ended_) {
        if (status.id == id) {
            return status;
        }
    }
    return std::nullopt;
}

std::vector<TaskStatus> TaskQueue::list() const {
    const std::lock_guard lock(mutex_);
    std::vector<TaskStatus> statuses(ended_.begin(), ended_.end());
    for (const auto& work : works_) {
        statuses.push_back(work->status);
    }
    return statuses;
}

bool TaskQueue::work(Workplace& place) {
    std::vector<std::shared_ptr<Work>> works;
    {
        const std::lock_guard lock(mutex_);
        works = works_;
    }
    bool here = true;
    for (auto work = works.begin(); here && work != works.end(); ++work) {
        here = work_on(**work, place);
    }
    if (here) {
        forget_ended();
    }
    return here;
}

bool TaskQueue::work_on(Work& work, Workplace& place) {
    TaskStatus status;
    bool cancelled = false;
    {
        const std::lock_guard lock(mutex_);
        cancelled = work.cancelled;
        if (has_ended(work.status.state) || (!cancelled && work.due > Clock::now())) {
            return true;
        }
        if (!cancelled) {
            work.status.state = TaskState::running;
        }
        status = work.status;
    }
    if (cancelled) {
        end(work, TaskState::cancelled, "");
        return true;
    }
    const Step step = work.task->step(place, status);
    if (step.next == Step::Next::gone) {
        return false;
    }
    {
        const std::lock_guard lock(mutex_);
        if (step.next == Step::Next::retry) {
            ++status.retries;
            status.last_error = step.reason;
        }
        work.status = status;
    }
    if (step.next == Step::Next::retry && work.task->outlasts_failures()) {
        work.due = Clock::now() + work.trouble.failed(step.reason, step.retry_after, step.progress);
    } else if (step.next == Step::Next::done) {
        end(work, TaskState::done, "");
    } else if (step.next != Step::Next::again) {
        end(work, TaskState::failed, step.reason);
    } else {
        work.trouble.recovered();
    }
    return true;
}

std::optional<TaskQueue::Clock::time_point> TaskQueue::due() const {
    const std::lock_guard lock(mutex_);
    std::optional<Clock::time_point> due;
    for (const auto& work : works_) {
        const Clock::time_point when = work->cancelled ? Clock::time_point{} : work->due;
        due = due ? std::min(*due, when) : when;
    }
    return due;
}

void TaskQueue::sink_failed(const std::string& reason) {
    std::vector<std::shared_ptr<Work>> cancelled;
    std::vector<std::shared_ptr<Work>> failed;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& work : works_) {
            work->status.last_error = reason;
            if (work->cancelled) {
                cancelled.push_back(work);
            } else if (!work->task->outlasts_failures()) {
                failed.push_back(work);
            }
        }
    }
    for (const auto& work : cancelled) {
        end(*work, TaskState::cancelled, "");
    }
    for (const auto& work : failed) {
        end(*work, TaskState::failed, reason);
    }
    forget_ended();
}

void TaskQueue::close() {
    std::vector<std::shared_ptr<Work>> works;
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        works = works_;
    }
    for (const auto& work : works) {
        end(*work, TaskState::stopped, "the program stopped");
    }
    forget_ended();
}

void TaskQueue::end(Work& work, TaskState state, const std::string& reason) {
    TaskStatus status;
    {
        const std::lock_guard lock(mutex_);
        work.status.state = state;
        if (!reason.empty()) {
            work.status.last_error = reason;
        }
        status = work.status;
    }
    log::info("sink '" + sink_ + "': " + status.what + " " + std::string(to_text(state)) + ", " +
              std::to_string(status.delivered) + " delivered, " + std::to_string(status.rejected) +
              " rejected" + (reason.empty() ? "" : ": " + reason));
}

void TaskQueue::forget_ended() {
    const std::lock_guard lock(mutex_);
    for (const auto& work : works_) {
        if (has_ended(work->status.state)) {
            ended_.push_back(work->status);
        }
    }
    std::erase_if(works_, [](const auto& work) { return has_ended(work->status.state); });
    while (ended_.size() > ended_max) {
        ended_.pop_front();
    }
}

}  // namespace verohook::delivery
