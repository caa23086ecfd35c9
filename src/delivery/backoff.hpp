#pragma once

#include <chrono>
#include <functional>
#include <optional>

namespace verohook::delivery {

/// How long to wait before the next attempt: exponential backoff with full jitter, so that sinks
/// that failed together do not come back together. A value of one thread.
class Backoff {
public:
    /// Draws from [0, 1).
    using Random = std::function<double()>;

    /// `min` bounds the first wait from above, `max` every wait; both at least 1 ms.
    Backoff(std::chrono::milliseconds min, std::chrono::milliseconds max, Random random = {});

    /// Somewhere between 1 ms and an upper bound that starts at `min` and doubles up to `max`. The
    /// target's own wish `retry_after` is respected as a lower bound, up to ten times `max`.
    [[nodiscard]] std::chrono::milliseconds next(
        std::optional<std::chrono::milliseconds> retry_after = {});

    /// After a success: the next upper bound is `min` again.
    void reset();

private:
    std::chrono::milliseconds min_;
    std::chrono::milliseconds max_;
    std::chrono::milliseconds bound_;
    Random random_;
};

}  // namespace verohook::delivery
