#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace verohook {

/// What two threads write must not share such a piece of memory, or each waits for the other.
inline constexpr std::size_t cache_line_bytes = 64;

/// A number that one thread changes and any thread reads. For the one it costs a load and a store,
/// and no locked instruction, so that it may count what costs little itself.
class Tally {
public:
    void add(std::uint64_t amount = 1) noexcept { set(value() + amount); }
    void set(std::uint64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t value() const noexcept {
        return value_.load(std::memory_order_relaxed);
    }

private:
    std::atomic<std::uint64_t> value_{0};
};

}  // namespace verohook
