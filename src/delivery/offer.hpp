#pragma once

#include "delivery/sink_seat.hpp"

#include <verohook/sink/sink.hpp>

#include <optional>
#include <span>
#include <string>

namespace verohook::delivery {

/// Offers items to the sink in the seat, once. What it throws, and what it claims that cannot be,
/// comes back as `retry`. Nothing: the thread was left behind, and may touch nothing any more that
/// it does not own.
[[nodiscard]] std::optional<sink::Outcome> offer(SinkSeat& seat, std::span<const sink::Item> items,
                                                 const std::string& sink_name);

}  // namespace verohook::delivery
