#include "sinks/lines.hpp"

namespace verohook::sinks {

namespace {

/// What is kept of the buffer from batch to batch.
constexpr std::size_t kept_bytes_max = std::size_t{256} * 1024;

}  // namespace

void Lines::clear() {
    bytes_.clear();
    entries_.clear();
    if (bytes_.capacity() > kept_bytes_max) {
        bytes_.shrink_to_fit();
    }
}

void Lines::end(std::uint64_t seq) {
    entries_.push_back({seq, bytes_.size()});
}

}  // namespace verohook::sinks
