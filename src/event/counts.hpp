#pragma once

#include "base/tally.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace verohook::event {

/// How many bodies were stored since the start, and of which type. One thread counts, any reads.
class alignas(cache_line_bytes) EventCounts {
public:
    /// As many as there are in `known_types`.
    static constexpr std::size_t types = 12;

    /// `type`: the place among `known_types`; nothing: none of them.
    void add_event(std::optional<std::size_t> type, bool is_duplicate) noexcept {
        (type && *type < types ? by_type_[*type] : unrecognized_).add();
        if (is_duplicate) {
            duplicates_.add();
        }
    }
    void add_malformed() noexcept { malformed_.add(); }
    void add_test() noexcept { tests_.add(); }

    [[nodiscard]] std::uint64_t of_type(std::size_t type) const { return by_type_[type].value(); }
    [[nodiscard]] std::uint64_t unrecognized() const { return unrecognized_.value(); }
    [[nodiscard]] std::uint64_t malformed() const { return malformed_.value(); }
    /// Marked test events, which count as nothing else.
    [[nodiscard]] std::uint64_t tests() const { return tests_.value(); }
    /// They count as events too.
    [[nodiscard]] std::uint64_t duplicates() const { return duplicates_.value(); }

private:
    std::array<Tally, types> by_type_;
    Tally unrecognized_;
    Tally malformed_;
    Tally tests_;
    Tally duplicates_;
};

}  // namespace verohook::event
