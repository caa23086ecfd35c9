#include "base/hash.hpp"

#include <array>
#include <cstddef>
#include <cstring>

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

namespace {

constexpr std::size_t word_digits = 16;

/// Two digits for each byte there is.
constexpr auto byte_digits = [] {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<std::array<char, 2>, 256> table{};
    for (std::size_t byte = 0; byte < table.size(); ++byte) {
        table[byte] = {digits[byte / 16], digits[byte % 16]};
    }
    return table;
}();

void write_hex(std::uint64_t number, char* out) {
    for (std::size_t at = word_digits; at > 0; at -= 2) {
        std::memcpy(out + at - 2, byte_digits[number & 0xFFU].data(), 2);
        number >>= 8U;
    }
}

}  // namespace

std::string to_hex(std::uint64_t number) {
    std::string hex(word_digits, '0');
    write_hex(number, hex.data());
    return hex;
}

std::string to_hex(Hash128 hash) {
    std::string hex;
    append_hex(hex, hash);
    return hex;
}

void append_hex(std::string& out, Hash128 hash) {
    std::array<char, 2 * word_digits> digits;
    write_hex(hash.high, digits.data());
    write_hex(hash.low, digits.data() + word_digits);
    out.append(digits.data(), digits.size());
}

}  // namespace verohook
