#pragma once

#include "delivery/delivery.hpp"
#include "journal/journal.hpp"

#include <string>

namespace verohook::admin {

/// All that is known of one event, as JSON. `webhook`: where a copy would be sent to, for the line
/// of curl. Error: `not_found`.
[[nodiscard]] Result<std::string> detail_json(journal::Journal& journal,
                                              const delivery::Delivery* delivery, journal::Seq seq,
                                              const std::string& webhook);

}  // namespace verohook::admin
