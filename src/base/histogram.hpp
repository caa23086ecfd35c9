#pragma once

#include "base/tally.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

namespace verohook {

/// What one or several histograms have counted; a copy.
struct Distribution {
    std::span<const std::uint64_t> bounds;  ///< Ascending; a value that is equal belongs below.
    std::vector<std::uint64_t> counts;      ///< Between two bounds; the last one is above them all.
    std::uint64_t sum = 0;

    [[nodiscard]] std::uint64_t count() const;
    /// Adds another one of the same bounds, or any one to none.
    Distribution& operator+=(const Distribution& other);
};

/// Counts values by their size. One thread counts, any thread reads; what is read may be a value
/// ahead in one place and not yet in another.
class Histogram {
public:
    static constexpr std::size_t bounds_max = 16;
    /// `bounds` are constants, at most `bounds_max`.
    explicit Histogram(std::span<const std::uint64_t> bounds);

    void add(std::uint64_t value) noexcept {
        std::size_t index = 0;
        while (index < bounds_.size() && value > bounds_[index]) {
            ++index;
        }
        counts_[index].add();
        sum_.add(value);
    }
    /// In microseconds; a clock that went back counts as no time.
    void add(std::chrono::microseconds duration) noexcept {
        add(duration.count() > 0 ? static_cast<std::uint64_t>(duration.count()) : 0);
    }
    [[nodiscard]] Distribution distribution() const;

private:
    const std::span<const std::uint64_t> bounds_;
    std::array<Tally, bounds_max + 1> counts_;
    Tally sum_;
};

/// From 100 µs, a quick sync, to 10 s, after which nobody waits for an answer any more.
inline constexpr std::array<std::uint64_t, 16> duration_bounds_micros{
    100,    250,     500,     1'000,   2'500,     5'000,     10'000,    25'000,
    50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};

}  // namespace verohook
