#pragma once

#include "base/hash.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

namespace verohook::journal {

/// Where ids stand, by 15 bits of each: an open-addressing table of 4-byte slots for up to
/// `capacity` offsets, at most half full. A hit is only likely; the caller looks at the entry. Its
/// memory is the kernel's zero pages until it is used.
class IdTable {
public:
    static constexpr std::uint32_t capacity = 131'072;
    using Place = std::uint32_t;

    /// Walks over the places where an id may stand.
    class Probe {
    public:
        Probe(const std::uint32_t* slots, const Hash128& id)
            : slots_(slots), place_((start(id) - 1) & mask), tag_(tag(id)) {}
        /// True: a likely hit at `offset`. False: `place` is free, and there are no more.
        bool next() {
            for (;;) {
                place_ = (place_ + 1) & mask;
                if (slots_[place_] == 0) {
                    return false;
                }
                if (slots_[place_] >> offset_bits == tag_) {
                    return true;
                }
            }
        }
        [[nodiscard]] std::uint32_t offset() const { return slots_[place_] & (capacity - 1); }
        [[nodiscard]] Place place() const { return place_; }

    private:
        const std::uint32_t* slots_;
        Place place_;
        std::uint32_t tag_;
    };

    IdTable() : slots_(static_cast<std::uint32_t*>(std::calloc(mask + 1, sizeof(std::uint32_t)))) {
        if (!slots_) {
            throw std::bad_alloc();
        }
    }
    /// Has the processor fetch where an id would stand: a million of them are put in at the start.
    void prefetch(const Hash128& id) const { __builtin_prefetch(&slots_[start(id) & mask], 1); }
    [[nodiscard]] Probe probe(const Hash128& id) const { return {slots_.get(), id}; }
    void put(Place place, const Hash128& id, std::uint32_t offset) {
        slots_[place] = tag(id) << offset_bits | offset;
    }

private:
    static constexpr std::uint32_t offset_bits = 17;
    static constexpr std::uint32_t mask = 2 * capacity - 1;
    static_assert(capacity == 1U << offset_bits);

    static std::uint32_t start(const Hash128& id) { return static_cast<std::uint32_t>(id.low); }
    /// Never 0, so that no slot in use looks free.
    static std::uint32_t tag(const Hash128& id) {
        const auto bits = static_cast<std::uint32_t>(id.high >> 49U);
        return bits == 0 ? 1 : bits;
    }
    struct Free {
        void operator()(std::uint32_t* slots) const { std::free(slots); }
    };
    std::unique_ptr<std::uint32_t[], Free> slots_;
};

}  // namespace verohook::journal
