#pragma once

#include "journal/journal.hpp"

#include <cstddef>
#include <cstdint>

namespace verohook::journal {

/// Bytes of a draft's texts.
[[nodiscard]] inline std::size_t text_bytes(const Draft& draft) {
    return draft.type.size() + draft.remote.size() + draft.request_id.size() +
           draft.headers.size() + draft.body.size();
}

/// What a record counts for against `retention_size`: its texts, and the numbers beside them.
[[nodiscard]] inline std::uint64_t record_bytes(const Draft& draft) {
    constexpr std::uint64_t numbers_bytes = 80;
    return numbers_bytes + text_bytes(draft);
}

/// What a draft occupies in memory, roughly, in bytes.
[[nodiscard]] inline std::size_t draft_bytes(const Draft& draft) {
    return sizeof(Record) + text_bytes(draft);
}

}  // namespace verohook::journal
