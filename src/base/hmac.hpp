#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace verohook {

/// HMAC with SHA-256 (RFC 2104): 32 bytes.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view message);

/// Base64 with padding, on one line (RFC 4648, section 4).
[[nodiscard]] std::string encode_base64(std::string_view bytes);
/// Nothing for whatever `encode_base64` would not have written.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace verohook
