#include "config/listen.hpp"

#include "base/address.hpp"
#include "base/text.hpp"

#include <charconv>
#include <cstdint>
#include <filesystem>
#include <optional>

#include <sys/un.h>

namespace verohook::config {

namespace {

Error no_address(std::string_view text, std::string_view reason) {
    return {ErrorCode::invalid_input,
            "'" + printable(text, 128) + "' is no listen address; " + std::string(reason)};
}

Result<std::string> canonical_path(std::string_view text, std::string_view path) {
    if (!path.starts_with('/')) {
        return no_address(text, "write an absolute path, such as \"unix:/run/verohook.sock\"");
    }
    if (path.size() >= sizeof(sockaddr_un::sun_path)) {
        return no_address(text, "the path of a unix socket has at most 107 bytes");
    }
    return "unix:" + std::filesystem::path(path).lexically_normal().string();
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, port);
    return error == std::errc{} && end == last ? std::optional(port) : std::nullopt;
}

}  // namespace

Result<std::string> canonical_address(std::string_view text) {
    constexpr std::string_view unix_prefix = "unix:";
    constexpr std::string_view examples =
        "write \"127.0.0.1:8080\", \"[::1]:8080\" or \"unix:/run/verohook.sock\"";
    if (text.starts_with(unix_prefix)) {
        return canonical_path(text, text.substr(unix_prefix.size()));
    }
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return no_address(text, examples);
    }
    std::string_view host = text.substr(0, colon);
    const bool in_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (in_brackets) {
        host = host.substr(1, host.size() - 2);
    } else if (host == "localhost") {
        host = "127.0.0.1";
    }
    const auto address = IpAddress::parse(host);
    if (!address || in_brackets != (host.find(':') != std::string_view::npos)) {
        return no_address(text, examples);
    }
    const auto port = parse_port(text.substr(colon + 1));
    if (!port) {
        return no_address(text, "the port must be a number from 0 to 65535");
    }
    return (in_brackets ? "[" + address->to_string() + "]" : address->to_string()) + ":" +
           std::to_string(*port);
}

bool has_any_port(std::string_view canonical) {
    return !canonical.starts_with("unix:") && canonical.ends_with(":0");
}

}  // namespace verohook::config
