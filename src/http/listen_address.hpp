#pragma once

#include "base/address.hpp"

#include <verohook/base/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace verohook::http {

/// A listen address of the configuration, taken apart.
struct ListenAddress {
    IpAddress address;  ///< None for a unix socket.
    std::uint16_t port = 0;
    std::string path;  ///< Of a unix socket, else empty.

    [[nodiscard]] bool is_unix() const { return !path.empty(); }
    [[nodiscard]] bool is_v6() const;
    [[nodiscard]] std::string to_string() const;
};

/// `127.0.0.1:8080`, `[::1]:0`, `localhost:8080` (which is 127.0.0.1), `unix:/run/verohook.sock`.
[[nodiscard]] Result<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace verohook::http
