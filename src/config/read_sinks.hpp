#pragma once

#include "config/complaints.hpp"
#include "config/config.hpp"

#include <toml++/toml.h>

#include <span>
#include <vector>

namespace verohook::config {

/// Reads `[sinks]`, each table of it by the common keys and those of its kind; every error goes to
/// the complaints. Null, where the file says nothing of sinks: events go to standard output.
[[nodiscard]] std::vector<SinkConfig> read_sinks(const toml::table* sinks,
                                                 std::span<const KindOptions> kinds,
                                                 Complaints& complaints);

}  // namespace verohook::config
