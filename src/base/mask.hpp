#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace verohook {

/// The text with `***` for every e-mail address in it, also where its `@` is written `%40` or
/// `\u0040`. What only looks like one (`user@host`) is taken for one.
[[nodiscard]] std::string mask_addresses(std::string text);

/// What `mask_secrets` is to look for where secrets are not to be seen: each as it is, as
/// `printable` writes it and as a URL does; the longest first, so that of two secrets of which one
/// begins the other neither shows its end.
[[nodiscard]] std::vector<std::string> forms_of_secrets(std::span<const std::string> secrets);

/// The text with `***` for each of these wherever it stands, also where `…` cuts it short. Those of
/// fewer than 4 bytes would hide the text rather than themselves, and are passed over.
[[nodiscard]] std::string mask_secrets(std::string text, std::span<const std::string> secrets);

}  // namespace verohook
