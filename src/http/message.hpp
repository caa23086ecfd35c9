#pragma once

#include "base/address.hpp"

#include <verohook/base/time.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace verohook::http {

/// Where a request's connection comes from.
struct Peer {
    /// None for a unix socket. Where a PROXY header names the client, that one's.
    IpAddress address;
    /// It began with a PROXY header: what comes was not sent by this machine itself.
    bool is_proxied = false;
    /// The PROXY header named nobody, so that `address` is the proxy's, and who sends is not known.
    bool is_unnamed = false;
};

/// A request's head, checked and in origin form. Fields of a trailer never get in here.
struct RequestHead {
    std::string method;
    std::string path;       ///< As sent, not decoded, without the query.
    std::string query;      ///< As sent, without `?`.
    unsigned version = 11;  ///< 10 or 11
    std::vector<std::pair<std::string, std::string>> headers;  ///< In order; values trimmed.
    Peer peer;
    std::string request_id;  ///< The caller's `X-Request-Id` if it is sane, or a new one.

    /// The first header of that name (any case); nothing if absent.
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
    /// The values of all headers of that name, joined by ", " (RFC 9110, section 5.3).
    [[nodiscard]] std::string joined(std::string_view name) const;
};

/// An answer. `Date`, `Server`, `Content-Length`, `X-Request-Id` and `Connection` are added.
struct Response {
    unsigned status = 200;
    std::string_view content_type = "application/json";  ///< A constant.
    std::string body = {};
    std::vector<std::pair<std::string, std::string>> headers = {};
    bool close = false;
    /// For counting: a constant that says what came of the request, finer than the status.
    std::string_view reason = {};
};

/// RFC 9457: `{"type":"about:blank","title":…,"status":…,"code":…,"detail":…,…}`. `members` is
/// empty or further members as JSON, e.g. `"offset":12,"seq":5`. `code` is a constant, and the
/// answer's `reason` too.
[[nodiscard]] Response problem(unsigned status, std::string_view code, std::string_view detail,
                               std::string_view members = {});

/// `%XX` decoded (and `+` left alone); nothing for a broken escape.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);
/// The decoded value of a key in a query (`a=1&token=x`); nothing if absent or broken.
[[nodiscard]] std::optional<std::string> query_value(std::string_view query, std::string_view key);

}  // namespace verohook::http
