#include "delivery/backoff.hpp"

#include <algorithm>
#include <random>
#include <utility>

namespace verohook::delivery {

namespace {

using std::chrono::milliseconds;

/// A target must not be able to put a sink to sleep for good with one absurd answer.
constexpr int retry_after_factor_max = 10;

Backoff::Random system_random() {
    return [engine = std::minstd_rand(std::random_device{}())]() mutable {
        return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
    };
}

}  // namespace

Backoff::Backoff(milliseconds min, milliseconds max, Random random)
    : min_(std::max(min, milliseconds{1})),
      max_(std::max(max, min_)),
      bound_(min_),
      random_(random ? std::move(random) : system_random()) {}

milliseconds Backoff::next(std::optional<milliseconds> retry_after) {
    const auto drawn = static_cast<double>(bound_.count()) * random_();
    milliseconds wait{static_cast<milliseconds::rep>(drawn)};
    // Without a lower bound, a draw of nothing would be a busy loop.
    wait = std::max(wait, milliseconds{1});
    bound_ = bound_ > max_ / 2 ? max_ : bound_ * 2;
    if (retry_after) {
        wait = std::max(wait, std::min(*retry_after, max_ * retry_after_factor_max));
    }
    return wait;
}

void Backoff::reset() {
    bound_ = min_;
}

}  // namespace verohook::delivery
