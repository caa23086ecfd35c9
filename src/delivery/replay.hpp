#pragma once

#include "delivery/selection.hpp"
#include "delivery/task.hpp"

#include <memory>

namespace verohook::delivery {

/// Delivers the events of a range once more, without moving the sink's position: those that the
/// sink's own filter and `selection` let through, up to where the sink has got when the replay
/// begins. It waits while the sink is down; what is rejected goes to the dead letters; what
/// retention removes before the replay comes to it is counted as missing.
[[nodiscard]] std::unique_ptr<Task> make_replay(Range range, Selection selection);

}  // namespace verohook::delivery
