#pragma once

#include "base/log.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace verohook::log {

/// Says the same thing once: what is said again within a window is counted, and told at the
/// window's end ("… 1,204 times more"). Sentences of level `info` are let through, since each
/// stands for something that was done once. Remembers a bounded number of kinds. One thread at a
/// time.
class Repetition {
public:
    using Time = std::chrono::steady_clock::time_point;

    static constexpr std::chrono::seconds window{10};
    static constexpr std::size_t kinds_max = 256;

    /// Whether a record is to be written now; false: it was counted. Whatever had to be forgotten
    /// for it is appended to `told`.
    [[nodiscard]] bool admit(const Record& record, Time now, std::vector<Record>& told);
    /// What has been counted, of each kind whose window is over; `now` far in the future: of all.
    [[nodiscard]] std::vector<Record> due(Time now);
    /// When `due` has something to say; nothing while there is nothing to wait for.
    [[nodiscard]] std::optional<Time> next_due() const;

private:
    struct Kind {
        Time begun;
        std::uint64_t count = 0;  ///< After the first.
        Record last;              ///< With the sentence that was counted last.
    };
    /// Of its count; nothing was counted: nothing.
    static void tell(Kind& kind, std::vector<Record>& told);
    void forget_oldest(std::vector<Record>& told);

    std::unordered_map<std::string, Kind> kinds_;
};

}  // namespace verohook::log
