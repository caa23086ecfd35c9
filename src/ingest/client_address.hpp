#pragma once

#include "base/address.hpp"
#include "http/message.hpp"

#include <vector>

namespace verohook::ingest {

/// Who sent a request: the connection's peer, or, where that is a trusted proxy (or a unix socket),
/// the right-most address in `X-Forwarded-For` that is not one. What stands further left was
/// written by the sender and says nothing. A PROXY header names the peer, whose headers are
/// believed if that is a trusted proxy in its turn.
[[nodiscard]] IpAddress client_address(const http::RequestHead& head,
                                       const std::vector<Cidr>& trusted_proxies);

}  // namespace verohook::ingest
