#include "delivery/worker.hpp"

#include "base/log.hpp"
#include "base/thread.hpp"
#include "delivery/offer.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace verohook::delivery {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// A wait for new records has no need to end but for a stop; the bound is for a journal that
/// forgets to wake its readers.
constexpr milliseconds idle_wait{60'000};

}  // namespace

Worker::Worker(SinkSettings settings, std::unique_ptr<sink::Sink> sink, journal::Journal& journal,
               const Clock& clock, Delivering delivering)
    : settings_(std::move(settings)),
      only_tasks_(delivering == Delivering::tasks_only),
      journal_(journal),
      clock_(clock),
      journal_id_(journal.id()),
      seat_(std::move(sink)),
      trouble_(settings_.name, settings_.limits),
      tasks_(settings_.name, settings_.limits) {
    status_.name = settings_.name;
    status_.kind = settings_.kind->name;
}

void Worker::run(const std::stop_token& draining) {
    set_up_thread("sink:" + settings_.name, Urgency::background);
    bool going_on = true;
    while (going_on && !is_done(draining)) {
        going_on = step(draining) && work_on_tasks(draining);
    }
    end();
}

bool Worker::is_done(const std::stop_token& draining) const {
    if (!draining.stop_requested()) {
        return false;
    }
    const std::lock_guard lock(mutex_);
    return seat_.is_interrupted() || position_ >= drain_target_;
}

void Worker::end() {
    if (!seat_.is_interrupted()) {
        // What was taken of a batch that is not at its end does not come twice.
        commit();
        tasks_.close();
    }
    std::unique_ptr<sink::Sink> sink = seat_.take();
    // A sink may get stuck while it closes its target, too. Whether it did changes nothing here.
    const bool ignored = seat_.call([&] { sink.reset(); });
    static_cast<void>(ignored);
    const std::lock_guard lock(mutex_);
    status_.state = State::stopped;
    ended_ = true;
    changed_.notify_all();
}

/// One call of the sink, one wait, or one failure; false: the run is over.
bool Worker::step(const std::stop_token& draining) {
    if (const auto opened = open_cursor(); !opened) {
        return failed(opened.error().message, {}, false, draining);
    }
    if (seat_.get() == nullptr) {
        return make_sink(draining);
    }
    if (!adopted_) {
        return adopt_position(draining);
    }
    if (only_tasks_) {
        return idle(draining);
    }
    // What was read before an erasure may hold what has been erased since: it is read anew.
    const std::uint64_t erasures = journal_.erasures();
    if (next_item_ < batch_.items().size() && erasures == erasures_) {
        return deliver(draining);
    }
    auto records = journal_.read(position_, {.records_max = settings_.limits.batch_events_max,
                                             .bytes_max = settings_.limits.batch_bytes_max});
    if (!records) {
        return failed(records.error().message, {}, false, draining);
    }
    if (records->empty()) {
        return idle(draining);
    }
    announced_ = false;
    erasures_ = erasures;
    passed_records_ = 0;
    next_item_ = 0;
    if (const auto filled = batch_.fill(std::move(*records), settings_); !filled) {
        return failed(filled.error().message, {}, false, draining);
    }
    pass();
    if (batch_.items().empty()) {
        commit();
        return true;
    }
    return deliver(draining);
}

/// Waits for news: events, tasks, the time for a task's next step, or the end.
bool Worker::idle(const std::stop_token& draining) {
    if (draining.stop_requested()) {
        return false;
    }
    if (announced_) {
        announced_ = false;
        return failed("the journal announced events and shows none", {}, false, draining);
    }
    trouble_.recovered();
    batch_.clear();
    next_item_ = 0;
    set_state(State::idle);
    milliseconds timeout = idle_wait;
    if (const auto due = tasks_.due()) {
        const auto left = std::chrono::ceil<milliseconds>(*due - steady_clock::now());
        timeout = std::clamp(left, milliseconds{0}, idle_wait);
    }
    std::stop_source waiting;
    {
        const std::lock_guard lock(mutex_);
        waiting_ = waiting;
        if (std::exchange(attention_, false) || timeout.count() == 0) {
            return true;
        }
    }
    const std::stop_callback end_wait(draining, [&waiting] { waiting.request_stop(); });
    // One that does nothing but tasks waits for no event.
    const journal::Seq after = only_tasks_ ? UINT64_MAX : position_;
    announced_ = journal_.wait_beyond(after, timeout, waiting.get_token());
    return true;
}

bool Worker::work_on_tasks(const std::stop_token& draining) {
    if (draining.stop_requested()) {
        tasks_.close();
        return true;
    }
    // Before the target has said where it stands, nobody knows what has been delivered.
    return !adopted_ || tasks_.work(*this);
}

/// Offers what is left of the batch, once.
bool Worker::deliver(const std::stop_token& draining) {
    // While it is in trouble, a sink's state says so until something has got through.
    if (!trouble_.is_active()) {
        set_state(State::delivering);
    }
    const std::span<const sink::Item> items = batch_.items();
    const auto outcome = offer(items.subspan(next_item_));
    if (!outcome) {
        return false;
    }
    const bool progress = outcome->taken > 0 || outcome->verdict == sink::Verdict::reject;
    next_item_ += outcome->taken;
    count_delivered(outcome->taken);
    if (outcome->verdict == sink::Verdict::reject) {
        bury(batch_.record(batch_.record_index(next_item_)), outcome->reason);
        ++next_item_;
    }
    pass();
    if (outcome->verdict == sink::Verdict::retry) {
        commit();
        return failed(outcome->reason, outcome->retry_after, progress, draining);
    }
    trouble_.recovered();
    if (next_item_ == items.size()) {
        commit();
    }
    return true;
}

std::optional<sink::Outcome> Worker::offer(std::span<const sink::Item> items) {
    return delivery::offer(seat_, items, settings_.name);
}

bool Worker::with_sink(const std::function<void(sink::Sink&)>& code) {
    return seat_.call([&] { code(*seat_.get()); });
}

/// The position moves to just before the record of the next item, over what was filtered out too.
void Worker::pass() {
    const std::size_t end = batch_.record_index(next_item_);
    std::uint64_t filtered = 0;
    for (; passed_records_ < end; ++passed_records_) {
        const journal::Record& record = batch_.record(passed_records_);
        position_ = record.seq;
        if (batch_.fate(passed_records_) == Batch::Fate::filtered) {
            ++filtered;
        } else if (const auto defect = batch_.defect(passed_records_); !defect.empty()) {
            const log::RequestScope scope(record.request_id);
            log::error("sink '" + settings_.name + "': event " + std::to_string(record.seq) +
                       " cannot be delivered: " + std::string(defect));
            bury(record, std::string(defect));
        }
    }
    const std::lock_guard lock(mutex_);
    status_.filtered += filtered;
    status_.position = position_;
}

void Worker::count_delivered(std::size_t count) {
    if (count == 0) {
        return;
    }
    const Timestamp now = clock_.now();
    const std::lock_guard lock(mutex_);
    status_.delivered += count;
    status_.last_success = now;
}

void Worker::bury(const journal::Record& record, std::string reason) {
    if (dead_.empty()) {
        first_dead_request_ = record.request_id;
    }
    dead_.push_back({record.seq, std::move(reason), clock_.now()});
    const std::lock_guard lock(mutex_);
    ++status_.dead;
}

void Worker::commit() {
    if (position_ == committed_) {
        return;
    }
    if (!dead_.empty()) {
        const log::RequestScope scope(first_dead_request_);
        // One line for a batch: an endless row of refused events must not become an endless log.
        log::warn("sink '" + settings_.name + "': " + std::to_string(dead_.size()) +
                  (dead_.size() == 1 ? " event" : " events") +
                  " put to the dead letters, the first is " + std::to_string(dead_.front().seq) +
                  ": " + dead_.front().reason);
    }
    journal_.commit_position(settings_.name, {position_, std::move(dead_)});
    dead_.clear();
    committed_ = position_;
}

/// Waits before the next attempt; false: there will be none, as the run is to end.
bool Worker::failed(const std::string& reason, std::optional<milliseconds> retry_after,
                    bool progress, const std::stop_token& draining) {
    {
        const std::lock_guard lock(mutex_);
        ++status_.retries;
        status_.state = State::retrying;
        status_.last_error = reason;
        status_.last_error_at = clock_.now();
    }
    tasks_.sink_failed(reason);
    const milliseconds wait = trouble_.failed(reason, retry_after, progress);
    // What is left stays in the journal for the next start.
    if (draining.stop_requested() && !progress) {
        return false;
    }
    pause(wait, draining);
    return true;
}

void Worker::pause(milliseconds duration, const std::stop_token& draining) {
    std::unique_lock lock(mutex_);
    // Somebody who brings or cancels a task wants to know at once how the sink is.
    changed_.wait_for(lock, draining, duration, [this] { return attention_; });
    attention_ = false;
}

void Worker::attract() {
    const std::lock_guard lock(mutex_);
    attention_ = true;
    waiting_.request_stop();
    changed_.notify_all();
}

Result<TaskStatus> Worker::submit(std::unique_ptr<Task> task, std::uint64_t id) {
    auto submitted = tasks_.submit(std::move(task), id);
    attract();
    return submitted;
}

std::optional<TaskStatus> Worker::cancel(std::uint64_t id) {
    auto found = tasks_.cancel(id);
    attract();
    return found;
}

void Worker::set_state(State state) {
    const std::lock_guard lock(mutex_);
    status_.state = state;
}

void Worker::drain_up_to(journal::Seq target) {
    const std::lock_guard lock(mutex_);
    drain_target_ = target;
}

bool Worker::wait_ended(steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, deadline, [this] { return ended_; });
}

SinkStatus Worker::status() const {
    SinkStatus status;
    {
        const std::lock_guard lock(mutex_);
        status = status_;
    }
    status.tasks = tasks_.list();
    return status;
}

}  // namespace verohook::delivery
