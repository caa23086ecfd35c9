#pragma once

#include <verohook/base/time.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace verohook::event {

/// A realistic body as Vero would send it, made up from `number` alone: the same number gives the
/// same customer, campaign and shape (both campaign shapes, number and string ids, plus addresses,
/// nulls, tags, unicode names turn up). `type` is one of `known_types()`; events with a time get
/// one shortly before `now`, and distinct numbers give distinct bodies.
[[nodiscard]] std::string sample_body(std::string_view type, std::uint64_t number, Timestamp now);

}  // namespace verohook::event
