#include "base/log.hpp"
#include "delivery/make_sink.hpp"
#include "delivery/worker.hpp"

#include <algorithm>
#include <exception>
#include <utility>

// What a worker does before the first batch, again and again until it works.
namespace verohook::delivery {

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
    const journal::Health health = journal_.health();
    const journal::Seq oldest = health.oldest;
    const std::uint64_t missed = health.events_after(position_) - health.events();
    if (oldest > position_ + 1 && missed > 0) {
        log::warn("sink '" + settings_.name + "' misses the events from " +
                  std::to_string(position_ + 1) + " to " + std::to_string(oldest - 1) +
                  ": retention has removed them from the journal");
        const std::lock_guard lock(mutex_);
        status_.missed = missed;
    }
    return true;
}

/// `own` is the target's word for how far it has got; 0: it is new there.
Result<void> Worker::move_to(journal::Seq own) {
    const journal::Seq newest = journal_.newest_given();
    if (own > newest) {
        return Error{
            ErrorCode::unavailable,
            "its target has the events up to " + std::to_string(own) +
                " of this journal, which ends at " + std::to_string(newest) +
                ": the journal was replaced by an older copy of itself, and not by `verohook "
                "restore`, which leaves these numbers out"};
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
        const std::lock_guard lock(mutex_);
        status_.position = position_;
    }
    return {};
}

}  // namespace verohook::delivery
