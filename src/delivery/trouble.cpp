#include "delivery/trouble.hpp"

#include "base/log.hpp"

#include <utility>

namespace verohook::delivery {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// `250 ms`, `12 s`
std::string describe(steady_clock::duration duration) {
    const auto whole = std::chrono::duration_cast<milliseconds>(duration);
    return whole < milliseconds{10'000} ? std::to_string(whole.count()) + " ms"
                                        : std::to_string(whole.count() / 1000) + " s";
}

}  // namespace

Trouble::Trouble(std::string sink_name, const DeliveryLimits& limits)
    : sink_name_(std::move(sink_name)), backoff_(limits.backoff_min, limits.backoff_max) {}

milliseconds Trouble::failed(const std::string& reason, std::optional<milliseconds> retry_after,
                             bool progress) {
    if (!is_active()) {
        since_ = steady_clock::now();
        log::warn("sink '" + sink_name_ + "' cannot deliver, it will be tried again: " + reason);
    }
    ++retries_;
    if (progress) {
        backoff_.reset();
    }
    return backoff_.next(retry_after);
}

void Trouble::recovered() {
    if (is_active()) {
        log::info("sink '" + sink_name_ + "' delivers again after " +
                  describe(steady_clock::now() - since_) + " and " + std::to_string(retries_) +
                  (retries_ == 1 ? " retry" : " retries"));
        retries_ = 0;
    }
    backoff_.reset();
}

}  // namespace verohook::delivery
