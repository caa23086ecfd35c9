#pragma once

#include <cstdint>

namespace verohook {

/// 64 bits from the system that nobody can guess.
[[nodiscard]] std::uint64_t random_number();

}  // namespace verohook
