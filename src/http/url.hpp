#pragma once

#include <verohook/base/result.hpp>

#include <string>
#include <string_view>

namespace verohook::http {

/// A client's URL, taken apart.
struct Url {
    bool is_tls = false;
    std::string socket_path;  ///< Of a unix socket; else `host` and `port`.
    std::string host;         ///< Without the brackets of an IPv6 address.
    std::string port;
    std::string target;         ///< Path and query, at least `/`.
    std::string authority;      ///< What the Host header says.
    std::string authorization;  ///< `Basic …` from user-info, or empty.
};

/// `http://`, `https://` or `http+unix:///path/to.sock:/target`; a fragment is dropped. Errors do
/// not repeat the URL, which may hold a secret.
[[nodiscard]] Result<Url> parse_url(std::string_view text);

}  // namespace verohook::http
