#include "ingest/authenticator.hpp"

#include "base/text.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <utility>

namespace verohook::ingest {

namespace {

/// What a proxy adds to a request. One of these means that it was not sent by this machine itself.
constexpr std::array<std::string_view, 6> proxy_headers{
    "X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host", "X-Forwarded-Proto", "Via"};

bool is_direct(const http::RequestHead& head) {
    if (!head.peer.address.is_none() && !head.peer.address.is_loopback()) {
        return false;
    }
    return std::none_of(proxy_headers.begin(), proxy_headers.end(),
                        [&](std::string_view name) { return head.header(name).has_value(); });
}

std::optional<std::string> decode_base64(std::string_view text) {
    if (text.empty() || text.size() % 4 != 0 || text.size() > 4096) {
        return std::nullopt;
    }
    std::string out(text.size() / 4 * 3, '\0');
    const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                       reinterpret_cast<const unsigned char*>(text.data()),
                                       static_cast<int>(text.size()));
    if (length < 0) {
        return std::nullopt;
    }
    const auto padding = static_cast<std::size_t>(std::count(text.end() - 2, text.end(), '='));
    out.resize(static_cast<std::size_t>(length) - padding);
    return out;
}

/// The credential in `Authorization`: a bearer token, or the password of Basic (RFC 7617).
std::optional<std::string> from_authorization(std::string_view value) {
    const std::size_t blank = value.find(' ');
    if (blank == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view scheme = value.substr(0, blank);
    const std::string_view rest = trim(value.substr(blank));
    if (equals_ignoring_case(scheme, "Bearer")) {
        return std::string(rest);
    }
    if (!equals_ignoring_case(scheme, "Basic")) {
        return std::nullopt;
    }
    const auto pair = decode_base64(rest);
    if (!pair) {
        return std::nullopt;
    }
    const std::size_t colon = pair->find(':');
    return colon == std::string::npos ? std::optional<std::string>{} : pair->substr(colon + 1);
}

}  // namespace

Authenticator::Authenticator(bool required, std::vector<std::string> secrets)
    : required_(required), secrets_(std::move(secrets)) {}

bool Authenticator::is_secret(std::string_view candidate) const {
    // Every secret is looked at, and one of another length is made up for by the candidate itself,
    // so that the time tells neither which one matched nor how long they are.
    bool found = false;
    for (const std::string& secret : secrets_) {
        const bool comparable = secret.size() == candidate.size();
        const std::string_view against = comparable ? std::string_view(secret) : candidate;
        const bool equal = CRYPTO_memcmp(against.data(), candidate.data(), candidate.size()) == 0;
        found |= equal && comparable;
    }
    return found;
}

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
            passed |= is_secret(*candidate);
        }
    };
    if (path_secret) {
        offer(http::percent_decode(*path_secret));
    }
    if (!head.query.empty()) {
        offer(http::query_value(head.query, "token"));
    }
    if (const auto authorization = head.header("Authorization")) {
        offer(from_authorization(*authorization));
    }
    if (passed) {
        return Verdict::passed;
    }
    return any ? Verdict::wrong : Verdict::missing;
}

}  // namespace verohook::ingest
