#pragma once

#include "journal/journal.hpp"

#include <chrono>

namespace verohook::journal {

/// Measures commits. The writer measures, any thread reads.
class CommitMeter {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// A commit of so many bodies, begun, come to its last step, and ended at these times.
    void committed(Time begun, Time syncing, Time ended, std::size_t bodies) {
        using std::chrono::duration_cast;
        using std::chrono::microseconds;
        commit_.add(duration_cast<microseconds>(ended - begun));
        sync_.add(duration_cast<microseconds>(ended - syncing));
        if (bodies > 0) {
            batch_.add(static_cast<std::uint64_t>(bodies));
        }
    }
    [[nodiscard]] Measurements measurements() const {
        return {commit_.distribution(), sync_.distribution(), batch_.distribution()};
    }

private:
    static constexpr std::array<std::uint64_t, 11> batch_bounds{1,  2,   4,   8,   16,  32,
                                                                64, 128, 256, 512, 1024};

    Histogram commit_{duration_bounds_micros};
    Histogram sync_{duration_bounds_micros};
    Histogram batch_{batch_bounds};
};

}  // namespace verohook::journal
