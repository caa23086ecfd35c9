#pragma once

#include "delivery/delivery.hpp"

namespace verohook::delivery {

/// Makes the sink that was configured. Foreign code: whatever it throws comes back as
/// `unavailable`, and it may block.
[[nodiscard]] Result<std::unique_ptr<sink::Sink>> make_sink(const SinkSettings& settings,
                                                            const std::string& journal_id,
                                                            const Clock& clock);

}  // namespace verohook::delivery
