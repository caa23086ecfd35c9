#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace verohook::app {

/// What came of sending events: statuses, failures without one, latencies.
struct SendReport {
    std::map<unsigned, std::uint64_t> statuses;
    std::uint64_t failures = 0;  ///< No answer: connection, time-out.
    std::vector<std::chrono::steady_clock::duration> latencies;
    std::chrono::steady_clock::duration elapsed{};
    std::string example;  ///< The first answer that was no success.

    void add(const SendReport& other);
    [[nodiscard]] bool all_accepted() const;
    /// A few lines for people.
    [[nodiscard]] std::string text() const;
};

/// Draws a progress bar over the current line of standard error.
void draw_progress(std::uint64_t done, std::uint64_t total,
                   std::chrono::steady_clock::duration elapsed);

}  // namespace verohook::app
