#pragma once

#include "delivery/delivery.hpp"
#include "journal/journal.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace verohook::admin {

/// How far each sink was behind in the last hour. Any thread.
class LagHistory {
public:
    static constexpr std::chrono::seconds step{10};

    /// Called every `step`.
    void add(const journal::Journal& journal, const delivery::Delivery& delivery, Timestamp now);
    [[nodiscard]] std::string to_json() const;

private:
    static constexpr std::size_t steps_max = 360;

    mutable std::mutex mutex_;
    Timestamp last_;
    std::size_t steps_ = 0;
    /// Of each sink one value for each step; nothing where it was not there.
    std::map<std::string, std::deque<std::optional<std::uint64_t>>> lags_;
};

}  // namespace verohook::admin
