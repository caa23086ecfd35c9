#include "admin/inspector/stream.hpp"

#include "admin/inspector/redact_addresses.hpp"
#include "base/thread.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace verohook::admin {

namespace {

constexpr std::size_t waiters_max = 32;
/// How long an answer may be waited for: less than a proxy's usual patience.
constexpr std::chrono::seconds wait_max{15};
constexpr std::chrono::milliseconds news_wait{100};
/// Where more have come since the last answer than a page can show, the newest are told.
constexpr std::uint64_t behind_max = 2000;
constexpr std::uint64_t told_after_skip = 200;
/// After this the browser asks on.
constexpr std::string_view retry_line = "retry: 100\n";

http::Response stream_answer(std::string body) {
    http::Response response;
    response.content_type = "text/event-stream";
    response.body = std::move(body);
    response.headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
    return response;
}

void append_message(std::string& out, journal::Seq id, std::string_view name, const Json& data) {
    out.append("id: ").append(std::to_string(id)).append("\nevent: ").append(name);
    out.append("\ndata: ").append(dump(data)).append("\n\n");
}

}  // namespace

void EventStream::start() {
    {
        const std::lock_guard lock(mutex_);
        running_ = true;
    }
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void EventStream::stop() {
    {
        const std::lock_guard lock(mutex_);
        running_ = false;
    }
    thread_.request_stop();
    if (thread_.joinable()) {
        thread_.join();
    }
}

bool EventStream::wait(http::Exchange& exchange, journal::Seq after, EventFilter filter,
                       bool redacted) {
    const std::lock_guard lock(mutex_);
    if (!running_ || held_ == waiters_max) {
        return false;
    }
    ++held_;
    waiting_.push_back({&exchange, after, std::move(filter), redacted,
                        std::chrono::steady_clock::now() + wait_max});
    changed_.notify_all();
    return true;
}

void EventStream::run(const std::stop_token& stop) {
    set_up_thread("stream", Urgency::background);
    std::vector<Waiter> waiters;
    const auto take_new = [&] {
        std::move(waiting_.begin(), waiting_.end(), std::back_inserter(waiters));
        waiting_.clear();
    };
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock(mutex_);
            if (waiters.empty()) {
                changed_.wait(lock, stop, [this] { return !waiting_.empty(); });
            }
            take_new();
        }
        const std::size_t served = std::erase_if(waiters, [this](Waiter& waiter) {
            return serve(waiter, std::chrono::steady_clock::now() >= waiter.end);
        });
        if (served > 0) {
            const std::lock_guard lock(mutex_);
            held_ -= served;
        }
        if (!waiters.empty()) {
            const auto least = std::min_element(
                waiters.begin(), waiters.end(),
                [](const Waiter& left, const Waiter& right) { return left.after < right.after; });
            static_cast<void>(journal_.wait_beyond(least->after, news_wait, stop));
        }
    }
    std::unique_lock lock(mutex_);
    take_new();
    for (Waiter& waiter : waiters) {
        waiter.exchange->respond(stream_answer("retry: 2000\n\n"));
    }
}

bool EventStream::serve(Waiter& waiter, bool is_end) const {
    std::string body(retry_line);
    const std::size_t empty = body.size();
    const journal::Health health = journal_.health();
    if (health.events_after(waiter.after) > behind_max) {
        const journal::Seq start = health.position_before(told_after_skip);
        append_message(body, start, "skipped",
                       {{"count", health.events_after(waiter.after) - health.events_after(start)}});
        waiter.after = start;
    }
    const auto records = journal_.read(waiter.after, {.records_max = behind_max});
    if (records) {
        for (const journal::RecordPtr& record : *records) {
            waiter.after = record->seq;
            if (const auto view = match(waiter.filter, record)) {
                append_message(body, record->seq, "event", summary_json(*view));
            }
        }
    }
    // A journal that cannot be read is asked again by the browser, not by a loop here.
    if (body.size() == empty && !is_end && records) {
        return false;
    }
    // What was looked through is not looked through again.
    body.append("id: ").append(std::to_string(waiter.after)).append("\n\n");
    waiter.exchange->respond(
        stream_answer(waiter.redacted ? redact_addresses(body) : std::move(body)));
    return true;
}

}  // namespace verohook::admin
