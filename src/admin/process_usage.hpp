#pragma once

#include <cstdint>
#include <optional>

namespace verohook::admin {

/// What this process uses of the machine; what the system does not tell is absent.
struct ProcessUsage {
    double cpu_seconds = 0;  ///< User and system, all threads, since the start.
    std::optional<std::uint64_t> resident_bytes;
    std::optional<std::uint64_t> virtual_bytes;
    std::optional<std::uint64_t> open_files;
    std::optional<std::uint64_t> open_files_max;
};

[[nodiscard]] ProcessUsage measure_process();

}  // namespace verohook::admin
