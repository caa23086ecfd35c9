#pragma once

#include "base/address.hpp"
#include "http/refusal.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace verohook::http {

/// What a proxy says first on a connection, in version 1 (a line of text) or 2 (binary) of the
/// PROXY protocol (https://www.haproxy.org/download/2.8/doc/proxy-protocol.txt).
struct ProxyHeader {
    enum class State {
        more,      ///< So far it is right, and its end has not come yet.
        complete,  ///< `size` says where the first request begins.
        refused,   ///< `refusal` says why.
    };
    State state = State::more;
    std::size_t size = 0;
    /// Whom the proxy forwards; nothing where it speaks for itself (LOCAL), does not know (UNKNOWN)
    /// or names no address of IP.
    std::optional<IpAddress> client = {};
    Refusal refusal = {};
};

/// `bytes` are all that has come of the connection so far; call again with more. Ports and the
/// address that the client connected to are checked and not kept, the extensions (TLVs) of version
/// 2 are skipped. A header of more than 107 bytes (version 1) or 4,096 (version 2) is refused.
[[nodiscard]] ProxyHeader read_proxy_header(std::string_view bytes);

}  // namespace verohook::http
