#include "admin/inspector/session.hpp"

#include "base/address.hpp"
#include "base/hash.hpp"
#include "base/hmac.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "http/credentials.hpp"

#include <algorithm>
#include <array>

namespace verohook::admin {

namespace {

constexpr std::string_view cookie_name = "verohook_session";
constexpr std::chrono::hours session_length{12};
/// The oldest ends where there would be more.
constexpr std::size_t sessions_max = 64;

std::string random_name() {
    return to_hex(Hash128{random_number(), random_number()});
}

/// The session that a request's cookies name; empty: none.
std::string session_of(const http::RequestHead& head) {
    const std::string cookies = head.joined("Cookie");
    for (std::string_view rest = cookies; !rest.empty();) {
        const std::size_t end = std::min(rest.size(), rest.find_first_of(";,"));
        const std::string_view pair = trim(rest.substr(0, end));
        rest.remove_prefix(std::min(rest.size(), end + 1));
        if (pair.starts_with(cookie_name) && pair.substr(cookie_name.size()).starts_with('=')) {
            return std::string(pair.substr(cookie_name.size() + 1));
        }
    }
    return {};
}

std::string cookie(std::string_view value, std::chrono::seconds age) {
    return std::string(cookie_name) + "=" + std::string(value) +
           "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(age.count());
}

/// A page of somebody else's whose name was made to point here (DNS rebinding) has that name; an
/// address cannot be made to point elsewhere.
bool is_own_host(const http::RequestHead& head) {
    if (head.peer.address.is_none()) {
        return true;  // A unix socket: no browser comes that way by itself.
    }
    std::string_view host = head.header("Host").value_or("");
    if (host.starts_with('[')) {
        const std::size_t end = host.find(']');
        const std::string_view rest = end == std::string_view::npos ? "x" : host.substr(end + 1);
        return (rest.empty() || rest.front() == ':') &&
               IpAddress::parse(host.substr(1, end - 1)).has_value();
    }
    host = host.substr(0, host.rfind(':'));
    return equals_ignoring_case(host, "localhost") || IpAddress::parse(host).has_value();
}

}  // namespace

Sessions::Sessions(std::vector<std::string> tokens)
    : key_(random_name()), tokens_(std::move(tokens)) {}

void Sessions::set_tokens(std::vector<std::string> tokens) {
    const std::lock_guard lock(mutex_);
    if (tokens != tokens_) {
        // A token may have been changed because somebody has it who should not.
        ends_.clear();
    }
    tokens_ = std::move(tokens);
}

bool Sessions::is_open(const std::string& session) const {
    const auto found = ends_.find(session);
    return found != ends_.end() && std::chrono::steady_clock::now() < found->second;
}

Sessions::Verdict Sessions::check(const http::RequestHead& head) const {
    const std::lock_guard lock(mutex_);
    if (tokens_.empty()) {
        return is_own_host(head) ? Verdict::passed : Verdict::wrong_host;
    }
    const auto authorization = head.header("Authorization");
    const auto token = authorization ? http::credential_of(*authorization) : std::nullopt;
    const bool brings = token && http::is_any_of(tokens_, *token);
    return brings || is_open(session_of(head)) ? Verdict::passed : Verdict::login;
}

std::string Sessions::csrf_token(const http::RequestHead& head) const {
    return encode_base64(hmac_sha256(key_, "csrf " + session_of(head)));
}

bool Sessions::has_csrf_token(const http::RequestHead& head) const {
    const std::array<std::string, 1> expected{csrf_token(head)};
    return http::is_any_of(expected, head.header("X-CSRF-Token").value_or(""));
}

std::optional<std::string> Sessions::open(std::string_view token) {
    const std::lock_guard lock(mutex_);
    if (!http::is_any_of(tokens_, token)) {
        return std::nullopt;
    }
    const auto now = std::chrono::steady_clock::now();
    std::erase_if(ends_, [now](const auto& session) { return session.second <= now; });
    if (ends_.size() >= sessions_max) {
        ends_.erase(std::min_element(
            ends_.begin(), ends_.end(),
            [](const auto& left, const auto& right) { return left.second < right.second; }));
    }
    const std::string name = random_name();
    ends_[name] = now + session_length;
    return cookie(name, session_length);
}

std::string Sessions::close(const http::RequestHead& head) {
    const std::lock_guard lock(mutex_);
    ends_.erase(session_of(head));
    return cookie("", std::chrono::seconds{0});
}

}  // namespace verohook::admin
