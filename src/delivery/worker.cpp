#include "delivery/worker.hpp"

#include "base/log.hpp"
#include "base/thread.hpp"
#include "delivery/make_sink.hpp"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <new>
#include <utility>

namespace verohook::delivery {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// A wait for new records has no need to end but for a stop; the bound is for a journal that
/// forgets to wake its readers.
constexpr milliseconds idle_wait{60'000};

/// A sink that claims what cannot be has a mistake in it. Nothing may get lost by that, so what it
/// claims is worth no more than "offer it again".
sink::Outcome checked(sink::Outcome outcome, std::size_t offered, const std::string& name) {
    using sink::Verdict;
    const bool too_many = outcome.taken > offered;
    const bool rejects_nothing = outcome.verdict == Verdict::reject && outcome.taken == offered;
    const bool incomplete = outcome.verdict == Verdict::delivered && outcome.taken < offered;
    if (!too_many && !rejects_nothing && !incomplete) {
        return outcome;
    }
    const std::string reason = "the sink claims to have taken " + std::to_string(outcome.taken) +
                               " of " + std::to_string(offered) + " events and to have " +
                               (rejects_nothing ? "rejected the next" : "delivered all of them");
    log::error("sink '" + name + "' has an error in it: " + reason);
    return sink::Outcome::retry(too_many ? 0 : outcome.taken, reason);
}

}  // namespace

Worker::Worker(SinkSettings settings, std::unique_ptr<sink::Sink> sink, journal::Journal& journal,
               const Clock& clock)
    : settings_(std::move(settings)),
      journal_(journal),
      clock_(clock),
      journal_id_(journal.id()),
      seat_(std::move(sink)),
      trouble_(settings_.name, settings_.limits) {
    status_.name = settings_.name;
    status_.kind = settings_.kind->name;
}

void Worker::run(const std::stop_token& draining) {
    set_up_thread("sink:" + settings_.name, Urgency::background);
    bool going_on = true;
    while (going_on && !is_done(draining)) {
        going_on = step(draining);
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
    std::unique_ptr<sink::Sink> sink = seat_.take();
    // A sink may get stuck while it closes its target, too. Whether it did changes nothing here.
    const bool ignored = seat_.call([&] { sink.reset(); });
    static_cast<void>(ignored);
    const std::lock_guard lock(mutex_);
    status_.state = State::stopped;
    ended_ = true;
    changed_.notify_all();
}

Result<void> Worker::open_cursor() {
    if (cursor_open_) {
        return {};
    }
    const auto position = journal_.open_cursor(settings_.name, settings_.from);
    if (!position) {
        return position.error();
    }
    position_ = committed_ = *position;
    cursor_open_ = true;
    const std::lock_guard lock(mutex_);
    status_.position = position_;
    return {};
}

/// One batch, one wait, or one failure; false: the run is over.
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
    auto records = journal_.read(position_, {.records_max = settings_.limits.batch_events_max,
                                             .bytes_max = settings_.limits.batch_bytes_max});
    if (!records) {
        return failed(records.error().message, {}, false, draining);
    }
    if (records->empty()) {
        return idle(draining);
    }
    announced_ = false;
    passed_records_ = 0;
    try {
        batch_.fill(std::move(*records), settings_);
    } catch (const std::bad_alloc&) {
        batch_.clear();
        return failed("memory ran out while events were decoded; make batch_max smaller", {}, false,
                      draining);
    }
    return deliver(draining);
}

bool Worker::make_sink(const std::stop_token& draining) {
    Result<std::unique_ptr<sink::Sink>> made = Error{};
    const bool here =
        seat_.call([&] { made = delivery::make_sink(settings_, journal_id_, clock_); });
    if (!here) {
        return false;
    }
    if (!made) {
        return failed(made.error().message, {}, false, draining);
    }
    seat_.put(std::move(*made));
    return true;
}

/// Goes to where the target itself says that it stands, if it keeps a position.
bool Worker::adopt_position(const std::stop_token& draining) {
    Result<std::optional<std::uint64_t>> own = Error{};
    const bool here = seat_.call([&] {
        try {
            own = seat_.get()->position();
        } catch (const std::exception& thrown) {
            own = Error{ErrorCode::unavailable, std::string("the sink threw: ") + thrown.what()};
        }
    });
    if (!here) {
        return false;
    }
    if (!own) {
        return failed(own.error().message, {}, false, draining);
    }
    if (*own) {
        if (const auto moved = move_to(**own); !moved) {
            return failed(moved.error().message, {}, false, draining);
        }
    }
    adopted_ = true;
    const journal::Seq oldest = journal_.health().oldest;
    if (oldest > position_ + 1) {
        log::warn("sink '" + settings_.name + "' misses the events from " +
                  std::to_string(position_ + 1) + " to " + std::to_string(oldest - 1) +
                  ": retention has removed them from the journal");
    }
    return true;
}

/// `own` is the target's word for how far it has got; 0: it is new there.
Result<void> Worker::move_to(journal::Seq own) {
    const journal::Seq newest = journal_.newest();
    if (own > newest) {
        return Error{ErrorCode::unavailable,
                     "its target has the events up to " + std::to_string(own) +
                         " of this journal, which ends at " + std::to_string(newest) +
                         ": the journal was replaced by an older copy of itself"};
    }
    if (own == 0) {
        const journal::Seq oldest = journal_.health().oldest;
        const bool from_now = settings_.from == journal::From::now;
        own = from_now || oldest == 0 ? position_ : std::min(position_, oldest - 1);
    }
    if (own != position_) {
        log::info("sink '" + settings_.name + "' goes on after event " + std::to_string(own) +
                  " as its target says, and not after " + std::to_string(position_));
        position_ = own;
        commit();
    }
    return {};
}

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
    set_state(State::idle);
    announced_ = journal_.wait_beyond(position_, idle_wait, draining);
    return true;
}

bool Worker::deliver(const std::stop_token& draining) {
    const std::span<const sink::Item> items = batch_.items();
    std::size_t next = 0;
    pass(next);
    while (next < items.size()) {
        // While it is in trouble, a sink's state says so until something has got through.
        if (!trouble_.is_active()) {
            set_state(State::delivering);
        }
        auto outcome = call_sink(items.subspan(next));
        if (!outcome) {
            return false;
        }
        const bool progress = outcome->taken > 0 || outcome->verdict == sink::Verdict::reject;
        next += outcome->taken;
        count_delivered(outcome->taken);
        if (outcome->verdict == sink::Verdict::reject) {
            bury(items[next].envelope.seq, outcome->reason);
            ++next;
        }
        pass(next);
        if (outcome->verdict != sink::Verdict::retry) {
            trouble_.recovered();
            continue;
        }
        commit();
        if (!failed(outcome->reason, outcome->retry_after, progress, draining)) {
            return false;
        }
    }
    commit();
    return true;
}

/// Offers items to the sink. Nothing: the run is over, and nothing but the worker may be touched.
std::optional<sink::Outcome> Worker::call_sink(std::span<const sink::Item> items) {
    sink::Outcome outcome;
    const bool here = seat_.call([&] {
        try {
            outcome = seat_.get()->deliver(items);
        } catch (const std::exception& thrown) {
            outcome = sink::Outcome::retry(0, std::string("the sink threw: ") + thrown.what());
        } catch (...) {
            outcome = sink::Outcome::retry(0, "the sink threw something that is no exception");
        }
    });
    if (!here) {
        return std::nullopt;
    }
    return checked(std::move(outcome), items.size(), settings_.name);
}

/// The position moves to just before the record of an item, over what was filtered out too.
void Worker::pass(std::size_t next_item) {
    const std::size_t end = batch_.record_index(next_item);
    std::uint64_t filtered = 0;
    for (; passed_records_ < end; ++passed_records_) {
        const journal::Record& record = batch_.record(passed_records_);
        position_ = record.seq;
        if (batch_.fate(passed_records_) == Batch::Fate::filtered) {
            ++filtered;
        } else if (batch_.fate(passed_records_) == Batch::Fate::undecodable) {
            // Ingestion took the body for an event, so this is a mistake in the program.
            log::error("sink '" + settings_.name + "': event " + std::to_string(record.seq) +
                       " cannot be decoded, though it was taken for one");
            bury(record.seq, "the body cannot be decoded");
        }
    }
    const std::lock_guard lock(mutex_);
    status_.filtered += filtered;
    status_.position = position_;
}

void Worker::count_delivered(std::size_t count) {
    const std::lock_guard lock(mutex_);
    status_.delivered += count;
}

void Worker::bury(journal::Seq seq, std::string reason) {
    dead_.push_back({seq, std::move(reason), clock_.now()});
    const std::lock_guard lock(mutex_);
    ++status_.dead;
}

void Worker::commit() {
    if (position_ == committed_) {
        return;
    }
    if (!dead_.empty()) {
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
    }
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
    changed_.wait_for(lock, draining, duration, [] { return false; });
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
    const std::lock_guard lock(mutex_);
    return status_;
}

}  // namespace verohook::delivery
