#pragma once

#include <array>
#include <string_view>

/// Why a request was not let in, as it is counted: ingestion says it, and the metrics sum it up.
namespace verohook::refusal_reason {

inline constexpr std::string_view missing_secret = "missing_secret";
inline constexpr std::string_view wrong_secret = "wrong_secret";
/// Without any secret configured, only what comes straight from this machine is let in.
inline constexpr std::string_view proxied = "proxied";

inline constexpr std::array authentication{missing_secret, wrong_secret, proxied};

}  // namespace verohook::refusal_reason
