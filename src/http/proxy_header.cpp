#include "http/proxy_header.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>

namespace verohook::http {

namespace {

using State = ProxyHeader::State;

constexpr std::string_view line_begin = "PROXY ";
constexpr std::size_t line_bytes_max = 107;  // With its end (section 2.1).
constexpr std::string_view signature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t binary_head_bytes = 16;
// The document sets no bound but that of 16 bits. A client's certificate is the longest extension
// that is in use, and proxies send no more of it than its name.
constexpr std::size_t binary_bytes_max = 4096;
constexpr std::size_t extension_head_bytes = 3;

ProxyHeader refused(std::string_view detail) {
    return {.state = State::refused, .refusal = {400, "bad_request", detail, true}};
}

ProxyHeader malformed() {
    return refused("the PROXY header is malformed");
}

ProxyHeader too_long() {
    return refused("the PROXY header is too long");
}

/// Whether as much of it as there is agrees.
bool may_become(std::string_view bytes, std::string_view expected) {
    const std::size_t size = std::min(bytes.size(), expected.size());
    return bytes.substr(0, size) == expected.substr(0, size);
}

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
    return static_cast<std::uint8_t>(bytes[at]);
}

std::size_t number_at(std::string_view bytes, std::size_t at) {
    return std::size_t{byte_at(bytes, at)} << 8U | byte_at(bytes, at + 1);
}

bool is_port_number(std::string_view text) {
    std::uint16_t port = 0;
    const char* const end = text.data() + text.size();
    const auto [read, error] = std::from_chars(text.data(), end, port);
    return error == std::errc{} && read == end && (text.size() == 1 || text.front() != '0');
}

/// One of a family; else nothing.
std::optional<IpAddress> parse_address(std::string_view text, bool is_v6) {
    const auto address = IpAddress::parse(text);
    const bool looks_v6 = text.find(':') != std::string_view::npos;
    return address && looks_v6 == is_v6 ? std::optional(*address) : std::nullopt;
}

/// What stands between `PROXY ` and the end of the line.
ProxyHeader read_fields(std::string_view fields, std::size_t size) {
    if (fields == "UNKNOWN" || fields.starts_with("UNKNOWN ")) {
        return {.state = State::complete, .size = size};
    }
    // Family, source, destination and their ports.
    std::array<std::string_view, 5> parts;
    for (std::size_t index = 0; index < parts.size(); ++index) {
        const std::size_t blank = fields.find(' ');
        if ((blank == std::string_view::npos) != (index + 1 == parts.size())) {
            return malformed();
        }
        parts[index] = fields.substr(0, blank);
        fields.remove_prefix(blank == std::string_view::npos ? fields.size() : blank + 1);
    }
    const bool is_v6 = parts[0] == "TCP6";
    const auto source = parse_address(parts[1], is_v6);
    const auto destination = parse_address(parts[2], is_v6);
    if ((!is_v6 && parts[0] != "TCP4") || !source || !destination || !is_port_number(parts[3]) ||
        !is_port_number(parts[4])) {
        return malformed();
    }
    return {.state = State::complete, .size = size, .client = source};
}

ProxyHeader read_line(std::string_view bytes) {
    const std::string_view window = bytes.substr(0, line_bytes_max);
    const std::size_t end = window.find_first_of("\r\n");
    if (end == std::string_view::npos || (end + 1 == window.size() && window[end] == '\r')) {
        return window.size() == line_bytes_max ? too_long() : ProxyHeader{};
    }
    if (window[end] == '\n' || window[end + 1] != '\n') {
        return malformed();
    }
    return read_fields(window.substr(line_begin.size(), end - line_begin.size()), end + 2);
}

/// Whether the extensions fill their room exactly.
bool are_extensions(std::string_view bytes) {
    while (bytes.size() >= extension_head_bytes) {
        const std::size_t size = extension_head_bytes + number_at(bytes, 1);
        if (size > bytes.size()) {
            return false;
        }
        bytes.remove_prefix(size);
    }
    return bytes.empty();
}

template <std::size_t Size>
std::array<std::uint8_t, Size> first_bytes(std::string_view bytes) {
    std::array<std::uint8_t, Size> out{};
    std::memcpy(out.data(), bytes.data(), Size);
    return out;
}

/// What follows the 16 bytes that every header of version 2 has.
ProxyHeader read_binary_client(std::uint8_t family, std::string_view payload, std::size_t size) {
    ProxyHeader header{.state = State::complete, .size = size};
    std::size_t addresses = 0;
    switch (family) {
        case 0x00:  // Unspecified: what follows has no known form.
            return header;
        case 0x11:  // TCP over IPv4
            addresses = 12;
            break;
        case 0x21:  // TCP over IPv6
            addresses = 36;
            break;
        case 0x31:  // A unix socket
            addresses = 216;
            break;
        default:  // Datagrams, and what the document reserves.
            return malformed();
    }
    if (payload.size() < addresses || !are_extensions(payload.substr(addresses))) {
        return malformed();
    }
    if (family == 0x11) {
        header.client = IpAddress::from_v4(first_bytes<4>(payload));
    } else if (family == 0x21) {
        header.client = IpAddress::from_v6(first_bytes<16>(payload));
    }
    return header;
}

ProxyHeader read_binary(std::string_view bytes) {
    constexpr std::uint8_t local = 0x20;
    constexpr std::uint8_t proxy = 0x21;
    const std::size_t command_at = signature.size();
    if (bytes.size() <= command_at) {
        return {};
    }
    const std::uint8_t command = byte_at(bytes, command_at);
    if (command != local && command != proxy) {
        return malformed();
    }
    if (bytes.size() < binary_head_bytes) {
        return {};
    }
    const std::size_t size = binary_head_bytes + number_at(bytes, binary_head_bytes - 2);
    if (size > binary_bytes_max) {
        return too_long();
    }
    if (bytes.size() < size) {
        return {};
    }
    if (command == local) {
        return {.state = State::complete, .size = size};
    }
    const std::string_view payload = bytes.substr(binary_head_bytes, size - binary_head_bytes);
    return read_binary_client(byte_at(bytes, command_at + 1), payload, size);
}

}  // namespace

ProxyHeader read_proxy_header(std::string_view bytes) {
    if (bytes.empty()) {
        return {};
    }
    if (may_become(bytes, signature)) {
        return read_binary(bytes);
    }
    if (may_become(bytes, line_begin)) {
        return bytes.size() < line_begin.size() ? ProxyHeader{} : read_line(bytes);
    }
    return refused(
        "the connection does not begin with a PROXY header, as http.proxy_protocol wants");
}

}  // namespace verohook::http
