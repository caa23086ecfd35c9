#pragma once

#include <verohook/base/time.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Standard Webhooks 1.0.0, symmetric: how a receiver knows who sent a webhook.
namespace verohook::sinks {

/// The key of a secret that is written as `whsec_BASE64`, of 24 to 64 bytes; nothing for anything
/// else.
[[nodiscard]] std::optional<std::string> parse_webhook_secret(std::string_view secret);

/// `webhook-timestamp`: seconds since the Unix epoch.
[[nodiscard]] std::string webhook_timestamp(Timestamp at);

/// `webhook-signature`: one signature for each key, so that a receiver knows one of them while
/// secrets are exchanged.
[[nodiscard]] std::string webhook_signature(const std::vector<std::string>& keys,
                                            std::string_view id, std::string_view timestamp,
                                            std::string_view body);

}  // namespace verohook::sinks
