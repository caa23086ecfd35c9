#pragma once

#include <span>
#include <string>
#include <string_view>

namespace verohook {

/// The text with `***` for every e-mail address in it, also where its `@` is written `%40` or
/// `\u0040`. What only looks like one (`user@host`) is taken for one.
[[nodiscard]] std::string mask_addresses(std::string text);

/// The text with `***` for each of these wherever it stands, also where `…` cuts it short. Those of
/// fewer than 4 bytes would hide the text rather than themselves, and are passed over.
[[nodiscard]] std::string mask_secrets(std::string text, std::span<const std::string> secrets);

}  // namespace verohook
