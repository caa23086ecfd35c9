#pragma once

#include <atomic>
#include <cstdint>

namespace verohook::log {

/// What became of the log's records; any thread counts, any thread reads.
struct Counts {
    std::atomic<std::uint64_t> dropped{
        0};  ///< Not written, since nobody read or the disk was full.
};

}  // namespace verohook::log
