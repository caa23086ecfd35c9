#pragma once

#include "base/address.hpp"

#include <verohook/base/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace verohook {

/// A listen address of the configuration, taken apart.
struct ListenAddress {
    IpAddress address;  ///< None for a unix socket.
    std::uint16_t port = 0;
    std::string path;  ///< Of a unix socket, without `//` and `/./`; else empty.

    [[nodiscard]] bool is_unix() const { return !path.empty(); }
    [[nodiscard]] bool is_v6() const;
    /// Whether only this machine can reach it.
    [[nodiscard]] bool is_local_only() const { return is_unix() || address.is_loopback(); }
    /// Whether the system chooses the port: two such addresses differ, however alike they look.
    [[nodiscard]] bool has_any_port() const { return !is_unix() && port == 0; }
    /// The one way to write it, so that two that are the same can be told.
    [[nodiscard]] std::string to_string() const;
};

/// `127.0.0.1:8080`, `[::1]:0`, `localhost:8080` (which is 127.0.0.1), `unix:/run/verohook.sock`.
[[nodiscard]] Result<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace verohook
