#include "sinks/webhook_signature.hpp"

#include "base/hmac.hpp"

#include <chrono>

namespace verohook::sinks {

namespace {

constexpr std::string_view secret_prefix = "whsec_";
constexpr std::size_t key_bytes_min = 24;
constexpr std::size_t key_bytes_max = 64;

}  // namespace

std::optional<std::string> parse_webhook_secret(std::string_view secret) {
    if (!secret.starts_with(secret_prefix)) {
        return std::nullopt;
    }
    auto key = decode_base64(secret.substr(secret_prefix.size()));
    if (!key || key->size() < key_bytes_min || key->size() > key_bytes_max) {
        return std::nullopt;
    }
    return key;
}

std::string webhook_timestamp(Timestamp at) {
    return std::to_string(std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count());
}

std::string webhook_signature(const std::vector<std::string>& keys, std::string_view id,
                              std::string_view timestamp, std::string_view body) {
    std::string content;
    content.reserve(id.size() + timestamp.size() + body.size() + 2);
    content.append(id).append(".").append(timestamp).append(".").append(body);
    std::string signatures;
    for (const std::string& key : keys) {
        signatures += signatures.empty() ? "v1," : " v1,";
        signatures += encode_base64(hmac_sha256(key, content));
    }
    return signatures;
}

}  // namespace verohook::sinks
