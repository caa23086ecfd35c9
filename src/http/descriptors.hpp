#pragma once

#include "base/limits.hpp"

#include <cstddef>

namespace verohook::http {

/// Raises the process's soft limit of open descriptors (RLIMIT_NOFILE) to the hard one, which needs
/// no privilege; how many it may have open then.
[[nodiscard]] std::size_t raise_descriptor_limit();

/// How many of a process's descriptors connections may use. The rest is for what the process cannot
/// do without: the journal, sinks, listening sockets, the log.
[[nodiscard]] std::size_t descriptors_for_connections(std::size_t limit);

/// Lowers the bounds of a server's connections so that they use no more than `descriptors`.
[[nodiscard]] HttpLimits fit_connections(HttpLimits limits, std::size_t descriptors);

}  // namespace verohook::http
