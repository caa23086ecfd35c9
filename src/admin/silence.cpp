#include "admin/silence.hpp"

#include "base/log.hpp"
#include "base/thread.hpp"

#include <algorithm>
#include <string>

namespace verohook::admin {

namespace {

/// The bound is for a journal that forgets to wake its readers.
constexpr std::chrono::milliseconds news_wait{60'000};

}  // namespace

void SilenceWatch::start() {
    const std::lock_guard lock(life_mutex_);
    begin();
}

void SilenceWatch::set_limit(std::chrono::milliseconds limit) {
    const std::lock_guard lock(life_mutex_);
    if (stopped_ || limit == limit_) {
        return;
    }
    end();
    set(std::nullopt);
    limit_ = limit;
    begin();
}

void SilenceWatch::stop() {
    const std::lock_guard lock(life_mutex_);
    stopped_ = true;
    end();
}

void SilenceWatch::begin() {
    if (limit_.count() > 0) {
        thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    }
}

void SilenceWatch::end() {
    thread_.request_stop();
    if (thread_.joinable()) {
        thread_.join();
    }
}

std::optional<Timestamp> SilenceWatch::silent_since() const {
    const std::lock_guard lock(mutex_);
    return silent_since_;
}

std::optional<Timestamp> SilenceWatch::last_webhook() const {
    const auto last = last_event_.find();
    return last ? std::optional(last->at) : std::nullopt;
}

void SilenceWatch::set(std::optional<Timestamp> silent_since) {
    const std::lock_guard lock(mutex_);
    silent_since_ = silent_since;
}

void SilenceWatch::wait(std::chrono::microseconds duration, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, duration, [] { return false; });
}

void SilenceWatch::run(const std::stop_token& stop) {
    set_up_thread("silence", Urgency::background);
    const LastEvent::Place start{.seq = 0, .at = clock_.now()};
    while (!stop.stop_requested()) {
        const LastEvent::Place place = last_event_.find().value_or(start);
        const Timestamp last = place.at;
        // A clock that was set back must not make the wait longer than it ever is.
        const auto left = std::min<std::chrono::microseconds>(last + limit_ - clock_.now(), limit_);
        if (left.count() > 0) {
            wait(left, stop);
            continue;
        }
        set(last);
        log::warn("webhook_silence: nothing has come from Vero since " + format_seconds(last) +
                  "; it may have stopped sending, or does not reach this program");
        // What comes between the two looks ends the wait at once.
        for (journal::Seq seen = journal_.newest();
             !stop.stop_requested() && last_event_.find().value_or(start).seq == place.seq;
             seen = journal_.newest()) {
            static_cast<void>(journal_.wait_beyond(seen, news_wait, stop));
        }
        if (!stop.stop_requested()) {
            set(std::nullopt);
            log::info("webhook_silence: webhooks come again, the first since " +
                      format_seconds(last));
        }
    }
}

}  // namespace verohook::admin
