#pragma once

#include "delivery/batch.hpp"
#include "delivery/delivery.hpp"
#include "delivery/sink_seat.hpp"
#include "delivery/task_queue.hpp"
#include "delivery/trouble.hpp"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace verohook::delivery {

/// What one sink's thread does, and all that it needs. Its thread and `Delivery` own it together,
/// so that a thread which is stuck inside its sink can be left behind: once it has been, it touches
/// neither the journal nor anything else that it does not own itself.
class Worker final : public Workplace {
public:
    /// `sink` may be missing if it could not be made yet. `journal` and `clock` outlive the run,
    /// unless the thread is left behind.
    Worker(SinkSettings settings, std::unique_ptr<sink::Sink> sink, journal::Journal& journal,
           const Clock& clock, Delivering delivering = Delivering::all);
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Makes the sink known to the journal. Before the thread starts, so that events that come
    /// right after the start count as later than "now"; the thread tries again what fails here.
    Result<void> open_cursor();

    /// The body of the thread. A stop request means: come to the end set by `drain_up_to`; waits
    /// end at once, and a sink that fails without any progress is not tried again.
    void run(const std::stop_token& draining);

    /// Any thread: how far to deliver after a stop was requested; called before that.
    void drain_up_to(journal::Seq target);
    /// Any thread: waits for the end of `run`; false at the deadline.
    [[nodiscard]] bool wait_ended(std::chrono::steady_clock::time_point deadline);
    /// Any thread: ends `run` before its next call of the sink. True: it is inside its sink now,
    /// and its thread has to be left behind; false: it will end by itself.
    [[nodiscard]] bool interrupt() { return seat_.interrupt(); }
    /// Any thread.
    void request_reopen() { seat_.request_reopen(); }
    [[nodiscard]] SinkStatus status() const;
    [[nodiscard]] const std::string& name() const { return settings_.name; }
    /// Any thread, as in `TaskQueue`.
    [[nodiscard]] Result<TaskStatus> submit(std::unique_ptr<Task> task, std::uint64_t id);
    [[nodiscard]] std::optional<TaskStatus> cancel(std::uint64_t id);

    [[nodiscard]] const SinkSettings& settings() const override { return settings_; }
    [[nodiscard]] journal::Journal& journal() override { return journal_; }
    [[nodiscard]] Timestamp now() const override { return clock_.now(); }
    [[nodiscard]] journal::Seq position() const override { return position_; }
    [[nodiscard]] bool with_sink(const std::function<void(sink::Sink&)>& code) override;
    [[nodiscard]] std::optional<sink::Outcome> offer(std::span<const sink::Item> items) override;

private:
    [[nodiscard]] bool is_done(const std::stop_token& draining) const;
    bool step(const std::stop_token& draining);
    bool make_sink(const std::stop_token& draining);
    bool adopt_position(const std::stop_token& draining);
    [[nodiscard]] Result<void> move_to(journal::Seq own);
    bool idle(const std::stop_token& draining);
    bool deliver(const std::stop_token& draining);
    bool work_on_tasks(const std::stop_token& draining);
    void pass();
    void count_delivered(std::size_t count);
    void bury(const journal::Record& record, std::string reason);
    void commit();
    bool failed(const std::string& reason, std::optional<std::chrono::milliseconds> retry_after,
                bool progress, const std::stop_token& draining);
    void pause(std::chrono::milliseconds duration, const std::stop_token& draining);
    void attract();
    void set_state(State state);
    void end();

    const SinkSettings settings_;
    const bool only_tasks_;
    journal::Journal& journal_;
    const Clock& clock_;
    const std::string journal_id_;

    SinkSeat seat_;

    // Of the worker's thread alone.
    Trouble trouble_;
    Batch batch_;
    std::size_t passed_records_ = 0;  ///< Of the batch.
    std::size_t next_item_ = 0;       ///< Of the batch.
    std::uint64_t erasures_ = 0;      ///< The journal's, as the batch was read.
    bool cursor_open_ = false;
    bool adopted_ = false;  ///< The target has been asked for its own position.
    journal::Seq position_ = 0;
    journal::Seq committed_ = 0;
    std::vector<journal::DeadLetter> dead_;  ///< Since the last commit.
    std::string first_dead_request_;         ///< The id of the first one's request.
    bool announced_ = false;                 ///< The journal said that there is more to read.

    TaskQueue tasks_;

    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::stop_source waiting_;  ///< Ends the wait for news that is under way.
    bool attention_ = false;    ///< A task was brought or cancelled.
    SinkStatus status_;
    journal::Seq drain_target_ = 0;
    bool ended_ = false;
};

}  // namespace verohook::delivery
