#include "ingest/authenticator.hpp"

#include "http/credentials.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace verohook::ingest {

namespace {

/// What a proxy adds to a request. One of these means that it was not sent by this machine itself.
constexpr std::array<std::string_view, 6> proxy_headers{
    "X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host", "X-Forwarded-Proto", "Via"};

bool is_direct(const http::RequestHead& head) {
    if (head.peer.is_proxied) {
        return false;
    }
    if (!head.peer.address.is_none() && !head.peer.address.is_loopback()) {
        return false;
    }
    return std::none_of(proxy_headers.begin(), proxy_headers.end(),
                        [&](std::string_view name) { return head.header(name).has_value(); });
}

}  // namespace

Authenticator::Authenticator(bool required, std::vector<std::string> secrets)
    : required_(required), secrets_(std::move(secrets)) {}

Authenticator::Verdict Authenticator::check(const http::RequestHead& head,
                                            std::optional<std::string_view> path_secret) const {
    if (!required_) {
        return Verdict::passed;
    }
    if (secrets_.empty()) {
        return is_direct(head) ? Verdict::passed : Verdict::proxied;
    }
    bool any = false;
    bool passed = false;
    const auto offer = [&](const std::optional<std::string>& candidate) {
        if (candidate && !candidate->empty()) {
            any = true;
            passed |= http::is_any_of(secrets_, *candidate);
        }
    };
    if (path_secret) {
        offer(http::percent_decode(*path_secret));
    }
    if (!head.query.empty()) {
        offer(http::query_value(head.query, "token"));
    }
    if (const auto authorization = head.header("Authorization")) {
        offer(http::credential_of(*authorization));
    }
    if (passed) {
        return Verdict::passed;
    }
    return any ? Verdict::wrong : Verdict::missing;
}

}  // namespace verohook::ingest
