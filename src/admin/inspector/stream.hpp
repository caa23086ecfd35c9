#pragma once

#include "admin/inspector/search.hpp"
#include "http/server.hpp"
#include "journal/journal.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace verohook::admin {

/// Tells browsers of events as they come: Server-Sent Events (the HTML standard, section 9.2), each
/// answer with those that have come since the last one. The browser asks on by itself after each,
/// and says which was its last, so nothing is missed where a connection is lost, and no connection
/// that somebody reads slowly has to be kept.
class EventStream {
public:
    /// `journal` outlives it. Answers through `change` go out as they are made.
    explicit EventStream(journal::Journal& journal) : journal_(journal) {}
    ~EventStream() { stop(); }
    EventStream(const EventStream&) = delete;
    EventStream& operator=(const EventStream&) = delete;

    void start();
    /// Answers what waits, and ends.
    void stop();

    /// Answers as soon as there is an event after `after` that the filter wants, or when some time
    /// is over. False: too many wait already.
    [[nodiscard]] bool wait(http::Exchange& exchange, journal::Seq after, EventFilter filter,
                            bool redacted);

private:
    struct Waiter {
        http::Exchange* exchange;
        journal::Seq after;
        EventFilter filter;
        bool redacted;
        std::chrono::steady_clock::time_point end;
    };

    void run(const std::stop_token& stop);
    /// Whether it was answered.
    [[nodiscard]] bool serve(Waiter& waiter, bool is_end) const;

    journal::Journal& journal_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::vector<Waiter> waiting_;  ///< New ones.
    std::size_t held_ = 0;         ///< These, and those that the thread has taken.
    bool running_ = false;
    std::jthread thread_;
};

}  // namespace verohook::admin
