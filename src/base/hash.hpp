#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace verohook {

/// 128 bits that name an event.
struct Hash128 {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    bool operator==(const Hash128&) const = default;
};

/// XXH3, 128 bits, of bytes. Not a defence against somebody who chooses the bytes.
[[nodiscard]] Hash128 hash128(std::string_view bytes, std::uint64_t seed = 0);
/// XXH3, 64 bits.
[[nodiscard]] std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);
/// SplitMix64's step: neighbouring numbers give unrelated ones, and no two give the same.
[[nodiscard]] std::uint64_t mix64(std::uint64_t number);
/// 32 lower-case hexadecimal digits; of a number 16.
[[nodiscard]] std::string to_hex(Hash128 hash);
[[nodiscard]] std::string to_hex(std::uint64_t number);
void append_hex(std::string& out, Hash128 hash);

}  // namespace verohook
