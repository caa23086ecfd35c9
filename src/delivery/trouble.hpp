#pragma once

#include "base/limits.hpp"
#include "delivery/backoff.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace verohook::delivery {

/// Failures in a row, of a sink or of the journal under it: logs the first one and the recovery,
/// and says how long to wait before each attempt. One thread.
class Trouble {
public:
    Trouble(std::string sink_name, const DeliveryLimits& limits);

    /// One more failure; how long to wait. `progress`: something got through before it.
    [[nodiscard]] std::chrono::milliseconds failed(
        const std::string& reason, std::optional<std::chrono::milliseconds> retry_after,
        bool progress);
    /// A success.
    void recovered();
    [[nodiscard]] bool is_active() const { return retries_ > 0; }

private:
    const std::string sink_name_;
    Backoff backoff_;
    std::chrono::steady_clock::time_point since_;
    std::uint64_t retries_ = 0;
};

}  // namespace verohook::delivery
