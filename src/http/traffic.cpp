#include "http/traffic.hpp"

#include <algorithm>
#include <numeric>

namespace verohook::http {

std::uint64_t Traffic::count() const {
    return std::accumulate(answers.begin(), answers.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const Answers& each) { return sum + each.count; });
}

void TrafficCounter::answered(unsigned status, std::string_view reason) noexcept {
    const std::size_t used = used_.load(std::memory_order_relaxed);
    // The usual answer comes first, and takes one comparison.
    for (std::size_t index = 0; index < used; ++index) {
        Slot& slot = slots_[index];
        if (slot.status == status && slot.reason == reason) {
            slot.count.add();
            return;
        }
    }
    Slot& slot = slots_[std::min(used, slots_max - 1)];
    if (used < slots_max) {
        slot.status = status;
        slot.reason = reason;
        // Whoever reads sees a slot only once it is complete.
        used_.store(used + 1, std::memory_order_release);
    }
    slot.count.add();
}

void TrafficCounter::add_to(Traffic& traffic) const {
    const std::size_t used = used_.load(std::memory_order_acquire);
    for (std::size_t index = 0; index < used; ++index) {
        const Slot& slot = slots_[index];
        const auto found = std::find_if(
            traffic.answers.begin(), traffic.answers.end(), [&](const Traffic::Answers& each) {
                return each.status == slot.status && each.reason == slot.reason;
            });
        if (found == traffic.answers.end()) {
            traffic.answers.push_back({slot.status, slot.reason, slot.count.value()});
        } else {
            found->count += slot.count.value();
        }
    }
    traffic.latency += latency_.distribution();
}

}  // namespace verohook::http
