#include "http/head_scanner.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace verohook::http {

namespace {

using ByteTable = std::array<bool, 256>;

constexpr ByteTable make_controls() {
    ByteTable table{};
    for (std::size_t byte = 0; byte < 0x20; ++byte) {
        table[byte] = byte != '\t';
    }
    table[0x7F] = true;
    return table;
}

constexpr ByteTable make_token() {
    ByteTable table{};
    for (std::size_t byte = 'a'; byte <= 'z'; ++byte) {
        table[byte] = true;
        table[byte - 32] = true;
    }
    for (std::size_t byte = '0'; byte <= '9'; ++byte) {
        table[byte] = true;
    }
    for (const char byte : std::string_view("!#$%&'*+-.^_`|~")) {
        table[static_cast<unsigned char>(byte)] = true;
    }
    return table;
}

/// What its second version begins with, less the empty line that may stand before any request.
constexpr std::string_view proxy_signature_rest("\r\n\0\r\nQUIT\n", 10);
constexpr Refusal proxy_header{400, "bad_request",
                               "a PROXY protocol header; turn it off in the proxy, which is to "
                               "send X-Forwarded-For instead, or "
                               "set http.proxy_protocol",
                               true};

constexpr ByteTable controls = make_controls();
constexpr ByteTable token_bytes = make_token();

bool is_in(const ByteTable& table, char byte) {
    return table[static_cast<unsigned char>(byte)];
}

/// Whether one of eight bytes is a control character, DEL, or not ASCII (RFC 9110 lets those be in
/// a value). Each term sets a byte's high bit if it is; a carry can only add a false alarm.
bool may_have_controls(const char* bytes) {
    constexpr std::uint64_t ones = 0x0101010101010101U;
    constexpr std::uint64_t high = 0x8080808080808080U;
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return (((word - ones * 0x20U) | ((word ^ (ones * 0x7FU)) - ones) | word) & high) != 0;
}

/// Where the next control character is.
std::size_t skip_text(std::string_view bytes, std::size_t at) {
    for (;;) {
        while (bytes.size() - at >= sizeof(std::uint64_t) && !may_have_controls(&bytes[at])) {
            at += sizeof(std::uint64_t);
        }
        const std::size_t end = std::min(bytes.size(), at + sizeof(std::uint64_t));
        while (at < end && !is_in(controls, bytes[at])) {
            ++at;
        }
        if (at < end || at == bytes.size()) {
            return at;
        }
    }
}

/// Its first version (the PROXY protocol, section 2.1).
bool is_proxy_line(std::string_view line) {
    return line.starts_with("PROXY TCP4 ") || line.starts_with("PROXY TCP6 ") ||
           line.starts_with("PROXY UNKNOWN");
}

/// A path, or `http://` or `https://` and an authority that is checked later.
bool is_target(std::string_view target) {
    return target.starts_with('/') || equals_ignoring_case(target.substr(0, 7), "http://") ||
           equals_ignoring_case(target.substr(0, 8), "https://");
}

bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

}  // namespace

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [](char byte) { return is_in(token_bytes, byte); });
}

HeadScanner::State HeadScanner::scan(std::string_view bytes, std::size_t bytes_max) {
    const std::string_view window = bytes.substr(0, bytes_max);
    for (;;) {
        position_ = skip_text(window, position_);
        if (position_ + 1 >= window.size() &&
            (position_ == window.size() || window[position_] == '\r')) {
            if (bytes.size() < bytes_max) {
                return State::more;
            }
            refusal_ = {431, "head_too_large", "the request's head is too large"};
            return State::refused;
        }
        if (window[position_] != '\r' || window[position_ + 1] != '\n') {
            return refuse_byte(window[position_]);
        }
        const std::string_view line = window.substr(line_start_, position_ - line_start_);
        if (line.empty() && line_start_ == 0) {
            return refuse_empty_line(window);
        }
        position_ += 2;
        if (line.empty()) {
            return State::complete;
        }
        if (!check_line(line)) {
            return State::refused;
        }
        line_start_ = position_;
    }
}

HeadScanner::State HeadScanner::refuse(std::string_view detail) {
    refusal_ = {400, "bad_request", detail};
    return State::refused;
}

HeadScanner::State HeadScanner::refuse_byte(char byte) {
    if (position_ == 0 && byte == 0x16) {
        return refuse("a TLS handshake came to a port that speaks plain HTTP");
    }
    if (byte == '\n' || byte == '\r') {
        return refuse("a line of the head ends in a bare CR or LF");
    }
    return refuse("a control character is in the head");
}

HeadScanner::State HeadScanner::refuse_empty_line(std::string_view window) {
    if (proxy_signature_rest.starts_with(window)) {
        return State::more;
    }
    if (window.starts_with(proxy_signature_rest)) {
        refusal_ = proxy_header;
        return State::refused;
    }
    return refuse("there is no request line");
}

bool HeadScanner::check_line(std::string_view line) {
    return line_start_ == 0 ? check_request_line(line) : check_field_line(line);
}

bool HeadScanner::check_request_line(std::string_view line) {
    const auto fail = [this](std::string_view detail) { return refuse(detail) != State::refused; };
    if (is_proxy_line(line)) {
        refusal_ = proxy_header;
        return false;
    }
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) {
        return fail("the request line is not 'METHOD /target HTTP/1.1'");
    }
    if (!is_token(line.substr(0, first))) {
        return fail("the method is no token");
    }
    const std::string_view target = line.substr(first + 1, last - first - 1);
    if (!is_target(target)) {
        return fail("the request target is neither a path nor an http URL");
    }
    if (!std::all_of(target.begin(), target.end(),
                     [](char byte) { return byte > ' ' && byte < 0x7F && byte != '#'; })) {
        return fail("the request target has a character that must be percent-encoded");
    }
    const std::string_view version = line.substr(last + 1);
    if (version.size() != 8 || !version.starts_with("HTTP/") || !is_digit(version[5]) ||
        version[6] != '.' || !is_digit(version[7])) {
        return fail("the request line does not end in an HTTP version");
    }
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        refusal_ = {505, "bad_request", "only HTTP/1.1 and HTTP/1.0 are spoken here"};
        return false;
    }
    return true;
}

bool HeadScanner::check_field_line(std::string_view line) {
    const auto fail = [this](std::string_view detail) { return refuse(detail) != State::refused; };
    if (line.front() == ' ' || line.front() == '\t') {
        return fail("a header line is folded");
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
        return fail("a header line has no colon");
    }
    if (!is_token(line.substr(0, colon))) {
        return fail("a header's name is no token");
    }
    return true;
}

}  // namespace verohook::http
