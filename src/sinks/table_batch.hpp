#pragma once

#include "customers/fact.hpp"

#include <verohook/base/result.hpp>
#include <verohook/sink/sink.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// What the SQL sinks make of a batch, and of the place that their target holds.
namespace verohook::sinks {

/// Refers to the items.
[[nodiscard]] inline std::vector<customers::Fact> facts_of(std::span<const sink::Item> batch,
                                                           std::uint64_t epoch) {
    std::vector<customers::Fact> facts;
    facts.reserve(batch.size());
    for (const sink::Item& item : batch) {
        facts.push_back({customers::stored_seq(epoch, item.envelope.seq), item.envelope, item.event,
                         item.body});
    }
    return facts;
}

/// The newest `seq`; a replay need not come in order.
[[nodiscard]] inline std::uint64_t newest_of(std::span<const sink::Item> batch) {
    std::uint64_t newest = 0;
    for (const sink::Item& item : batch) {
        newest = std::max(newest, item.envelope.seq);
    }
    return newest;
}

/// A target that holds less than it did was put in the place of another one.
[[nodiscard]] inline Error was_replaced(const std::string& target, std::uint64_t holds,
                                        std::uint64_t held) {
    return {ErrorCode::unavailable,
            target + " has the events up to " + std::to_string(holds) + ", and had those up to " +
                std::to_string(held) +
                ": it was replaced; start verohook anew, and it goes on from there"};
}

}  // namespace verohook::sinks
