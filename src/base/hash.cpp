#include "base/hash.hpp"

#include <xxhash.h>

namespace verohook {

Hash128 hash128(std::string_view bytes, std::uint64_t seed) {
    const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed);
    return {hash.high64, hash.low64};
}

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed) {
    return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

std::uint64_t mix64(std::uint64_t number) {
    number += 0x9E3779B97F4A7C15U;
    number = (number ^ (number >> 30U)) * 0xBF58476D1CE4E5B9U;
    number = (number ^ (number >> 27U)) * 0x94D049BB133111EBU;
    return number ^ (number >> 31U);
}

std::string to_hex(std::uint64_t number) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex(16, '0');
    for (unsigned index = 0; index < 16; ++index) {
        hex[15 - index] = digits[(number >> (4 * index)) & 0xF];
    }
    return hex;
}

std::string to_hex(Hash128 hash) {
    return to_hex(hash.high) + to_hex(hash.low);
}

}  // namespace verohook
