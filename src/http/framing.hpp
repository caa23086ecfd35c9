#pragma once

#include "http/refusal.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace verohook::http {

/// What a head says about where its body ends and whom it is for. The views are into the head.
struct Framing {
    unsigned version = 11;  ///< 10 or 11
    unsigned hosts = 0;     ///< How many `Host` fields there were; of the others likewise.
    unsigned lengths = 0;
    unsigned codings = 0;
    unsigned expectations = 0;
    bool is_absolute = false;    ///< The request's target names an authority.
    std::string_view authority;  ///< The one it names.
    std::string_view host;       ///< The value of the last one; of the others likewise.
    std::string_view length;
    std::string_view coding;
    std::string_view expectation;
};

/// The rule of this server, stricter than the parser's: at most one Transfer-Encoding, exactly
/// `chunked`, on 1.1, without a Content-Length; at most one Content-Length of digits alone; one
/// well-formed Host on 1.1. Two readings of one message are how requests are smuggled.
[[nodiscard]] std::optional<Refusal> check_framing(const Framing& framing);

/// `uri-host [":" port]` of RFC 9110, section 7.2; not empty, without user-info.
[[nodiscard]] bool is_host(std::string_view text);

}  // namespace verohook::http
