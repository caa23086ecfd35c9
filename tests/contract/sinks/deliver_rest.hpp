#pragma once

#include "sink_maker.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace verohook::sinks {

/// As a worker would: from where the sink says that it stands.
inline bool deliver_rest(const std::string& kind, const Changes& changes,
                         std::span<const sink::Item> items) {
    auto sink = make_sink(kind, changes);
    const auto position =
        sink ? (*sink)->position() : Result<std::optional<std::uint64_t>>{Error{}};
    if (!position) {
        return false;
    }
    constexpr std::size_t batch_size = 8;
    for (std::size_t next = **position; next < items.size();) {
        const std::size_t count = std::min(batch_size, items.size() - next);
        const sink::Outcome outcome = (*sink)->deliver(items.subspan(next, count));
        if (outcome.verdict != sink::Verdict::delivered) {
            return false;
        }
        next += outcome.taken;
    }
    return true;
}

}  // namespace verohook::sinks
