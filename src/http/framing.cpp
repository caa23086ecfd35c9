#include "http/framing.hpp"

#include "base/address.hpp"
#include "base/text.hpp"
#include "http/head_scanner.hpp"

#include <algorithm>

namespace verohook::http {

namespace {

constexpr Refusal bad(std::string_view detail) {
    return {400, "bad_request", detail};
}

bool is_hexadecimal(char byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') ||
           (byte >= 'A' && byte <= 'F');
}

bool is_host_byte(char byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z') ||
           std::string_view("-._~!$&'()*+,;=").find(byte) != std::string_view::npos;
}

bool is_registered_name(std::string_view name) {
    for (std::size_t at = 0; at < name.size(); ++at) {
        if (name[at] == '%') {
            if (at + 2 >= name.size() || !is_hexadecimal(name[at + 1]) ||
                !is_hexadecimal(name[at + 2])) {
                return false;
            }
            at += 2;
        } else if (!is_host_byte(name[at])) {
            return false;
        }
    }
    return !name.empty();
}

bool is_port(std::string_view text) {
    return text.empty() || (text.size() <= 5 && parse_number(text).value_or(65'536) <= 65'535);
}

std::optional<Refusal> check_coding(const Framing& framing) {
    if (framing.version < 11) {
        return bad("Transfer-Encoding came with HTTP/1.0");
    }
    if (framing.codings > 1) {
        return bad("there are several Transfer-Encoding headers");
    }
    if (framing.lengths > 0) {
        return bad("Content-Length came with Transfer-Encoding");
    }
    if (equals_ignoring_case(framing.coding, "chunked")) {
        return std::nullopt;
    }
    if (is_token(framing.coding)) {
        return Refusal{501, "bad_request", "the only Transfer-Encoding understood is chunked"};
    }
    return bad("Transfer-Encoding is not exactly chunked");
}

}  // namespace

bool is_host(std::string_view text) {
    if (text.starts_with('[')) {
        const std::size_t bracket = text.find(']');
        if (bracket == std::string_view::npos) {
            return false;
        }
        const std::string_view inside = text.substr(1, bracket - 1);
        const std::string_view rest = text.substr(bracket + 1);
        return inside.find(':') != std::string_view::npos && IpAddress::parse(inside).has_value() &&
               (rest.empty() || (rest.front() == ':' && is_port(rest.substr(1))));
    }
    const std::size_t colon = text.find(':');
    return is_registered_name(text.substr(0, colon)) &&
           (colon == std::string_view::npos || is_port(text.substr(colon + 1)));
}

std::optional<Refusal> check_framing(const Framing& framing) {
    if (framing.hosts > 1) {
        return bad("there are several Host headers");
    }
    if (framing.hosts == 0 && framing.version >= 11) {
        return bad("there is no Host header");
    }
    if (framing.hosts == 1 && !is_host(framing.host)) {
        return bad("the Host header is no host name with an optional port");
    }
    if (framing.is_absolute && !is_host(framing.authority)) {
        return bad("the request target names no host with an optional port");
    }
    if (framing.is_absolute && framing.hosts == 1 &&
        !equals_ignoring_case(framing.authority, framing.host)) {
        return bad("the request target names another host than the Host header");
    }
    if (framing.codings > 0) {
        return check_coding(framing);
    }
    if (framing.lengths > 1) {
        return bad("there are several Content-Length headers");
    }
    if (framing.lengths == 1 && !parse_number(framing.length)) {
        return bad("Content-Length is no number of bytes");
    }
    return std::nullopt;
}

}  // namespace verohook::http
