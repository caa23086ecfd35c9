#include "http/request_id.hpp"

#include "base/hash.hpp"
#include "base/random.hpp"

#include <algorithm>

namespace verohook::http {

RequestIdSource::RequestIdSource() : state_(random_number()) {}

std::string RequestIdSource::next() {
    // No two ids of a thread are equal for 2^64 calls.
    return to_hex(mix64(state_++));
}

bool is_sane_request_id(std::string_view text) {
    return !text.empty() && text.size() <= 64 &&
           std::all_of(text.begin(), text.end(), [](char byte) {
               return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                      (byte >= '0' && byte <= '9') || byte == '.' || byte == '_' || byte == '-';
           });
}

}  // namespace verohook::http
