#pragma once

#include "delivery/delivery.hpp"

namespace verohook::delivery {

/// Makes the sink that was configured. Foreign code: whatever it throws comes back as
/// `unavailable`, and it may block.
[[nodiscard]] Result<std::unique_ptr<sink::Sink>> make_sink(const SinkSettings& settings,
                                                            const std::string& journal_id,
                                                            const Clock& clock);
/// The same, for a caller whose own work is more urgent than a sink's: on a thread of the sink's
/// urgency, which the threads that a library starts meanwhile take over from it.
[[nodiscard]] Result<std::unique_ptr<sink::Sink>> make_sink_in_background(
    const SinkSettings& settings, const std::string& journal_id, const Clock& clock);

}  // namespace verohook::delivery
