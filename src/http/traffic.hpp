#pragma once

#include "base/histogram.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <string_view>
#include <vector>

namespace verohook::http {

/// What a server has answered, over all its threads; a copy.
struct Traffic {
    struct Answers {
        unsigned status = 0;
        std::string_view reason;  ///< `Response::reason`
        std::uint64_t count = 0;
    };
    std::vector<Answers> answers;  ///< One for each pair of status and reason that there was.
    /// From a request's last byte to its answer, in microseconds; only of those that got as far as
    /// `Handler::on_request`.
    Distribution latency;

    [[nodiscard]] std::uint64_t count() const;
};

/// Counts the answers of one I/O thread. Any thread reads.
class alignas(cache_line_bytes) TrafficCounter {
public:
    TrafficCounter() : latency_(duration_bounds_micros) {}

    /// `reason` is a constant.
    void answered(unsigned status, std::string_view reason) noexcept;
    void took(std::chrono::microseconds time) noexcept { latency_.add(time); }
    void add_to(Traffic& traffic) const;

private:
    struct Slot {
        unsigned status = 0;
        std::string_view reason;
        Tally count;
    };
    /// More than there are pairs of status and reason; what comes after goes into the last one.
    static constexpr std::size_t slots_max = 64;

    std::array<Slot, slots_max> slots_;
    std::atomic<std::size_t> used_{0};  ///< Those below it change in their count alone.
    Histogram latency_;
};

}  // namespace verohook::http
