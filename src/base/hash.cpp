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

std::optional<Hash128> parse_hash128(std::string_view hex) {
    if (hex.size() != 32) {
        return std::nullopt;
    }
    Hash128 hash;
    for (std::size_t index = 0; index < hex.size(); ++index) {
        const char digit = hex[index];
        std::uint64_t value = 0;
        if (digit >= '0' && digit <= '9') {
            value = static_cast<std::uint64_t>(digit - '0');
        } else if (digit >= 'a' && digit <= 'f') {
            value = static_cast<std::uint64_t>(digit - 'a') + 10;
        } else {
            return std::nullopt;
        }
        std::uint64_t& half = index < 16 ? hash.high : hash.low;
        half = half << 4 | value;
    }
    return hash;
}

}  // namespace verohook
