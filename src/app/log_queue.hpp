#pragma once

#include "base/log_counts.hpp"
#include "base/log_repetition.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace verohook::app {

/// A record and when it was made.
struct TimedRecord {
    std::chrono::system_clock::time_point at;
    log::Record record;
};

/// Between those who log and the one thread that writes. Nobody waits for room: what does not fit
/// is dropped and counted, requests of the access log first.
class LogQueue {
public:
    static constexpr std::size_t records_max = 4096;
    static constexpr std::size_t bytes_max = 4UL * 1024 * 1024;

    using Time = log::Repetition::Time;

    /// `now` is the monotonic clock, or a test's.
    explicit LogQueue(log::Counts& counts,
                      std::function<Time()> now = &std::chrono::steady_clock::now)
        : counts_(counts), now_(std::move(now)) {}

    /// Any thread; waits for nothing and throws nothing.
    void put(log::Record record) noexcept;
    void request_reopen();
    /// After it nothing is taken any more.
    void close();

    struct Batch {
        std::vector<TimedRecord> records;
        std::uint64_t dropped = 0;  ///< After these records, and before what comes next.
        bool reopen = false;
        bool is_last = false;
    };
    /// Waits until there is something to do.
    [[nodiscard]] Batch take();

private:
    void admit(log::Record record);
    void push(log::Record record);
    void drop();
    void tell_repeated(Time now);

    log::Counts& counts_;
    const std::function<Time()> now_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<TimedRecord> records_;
    std::size_t bytes_ = 0;
    std::uint64_t dropped_ = 0;  ///< Not told yet.
    log::Repetition repetition_;
    bool reopen_ = false;
    bool closed_ = false;
    bool sleeps_ = false;  ///< The writer waits without an end.
};

}  // namespace verohook::app
