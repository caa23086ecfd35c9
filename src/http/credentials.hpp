#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace verohook::http {

/// The credential in a value of `Authorization`: a bearer token (RFC 6750), or the password of
/// Basic (RFC 7617); nothing if it is neither.
[[nodiscard]] std::optional<std::string> credential_of(std::string_view authorization);

/// Whether a candidate is one of the secrets. The time that this takes tells neither which one nor
/// how much of one it is.
[[nodiscard]] bool is_any_of(std::span<const std::string> secrets, std::string_view candidate);

}  // namespace verohook::http
