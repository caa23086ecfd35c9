#include "http/request_id.hpp"

#include <algorithm>
#include <random>

namespace verohook::http {

namespace {

std::uint64_t random_seed() {
    std::random_device device;
    return (std::uint64_t{device()} << 32U) | device();
}

}  // namespace

RequestIdSource::RequestIdSource() : state_(random_seed()) {}

std::string RequestIdSource::next() {
    // SplitMix64: one addition and a good mix, and no two ids of a thread are equal for 2^64 calls.
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
    mixed ^= mixed >> 31U;
    std::string id(16, '0');
    for (char& digit : id) {
        digit = "0123456789abcdef"[mixed >> 60U];
        mixed <<= 4U;
    }
    return id;
}

bool is_sane_request_id(std::string_view text) {
    return !text.empty() && text.size() <= 64 &&
           std::all_of(text.begin(), text.end(), [](char byte) {
               return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                      (byte >= '0' && byte <= '9') || byte == '.' || byte == '_' || byte == '-';
           });
}

}  // namespace verohook::http
