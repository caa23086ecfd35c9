#include "base/listen_address.hpp"

#include "base/text.hpp"

#include <charconv>
#include <filesystem>
#include <optional>

#include <sys/un.h>

namespace verohook {

namespace {

constexpr std::string_view unix_prefix = "unix:";

Error no_address(std::string_view text, std::string_view reason) {
    return {ErrorCode::invalid_input,
            "'" + printable(text, 128) + "' is no listen address; " + std::string(reason)};
}

Result<ListenAddress> parse_unix(std::string_view text) {
    const std::string_view path = text.substr(unix_prefix.size());
    if (!path.starts_with('/')) {
        return no_address(text, "write an absolute path, such as \"unix:/run/verohook.sock\"");
    }
    if (path.size() >= sizeof(sockaddr_un::sun_path)) {
        return no_address(text, "the path of a unix socket has at most 107 bytes");
    }
    ListenAddress listen;
    listen.path = std::filesystem::path(path).lexically_normal().string();
    return listen;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, port);
    return error == std::errc{} && end == last ? std::optional(port) : std::nullopt;
}

}  // namespace

bool ListenAddress::is_v6() const {
    return !is_unix() && address.to_string().find(':') != std::string::npos;
}

std::string ListenAddress::to_string() const {
    if (is_unix()) {
        return std::string(unix_prefix) + path;
    }
    const std::string host = address.to_string();
    return (is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<ListenAddress> parse_listen_address(std::string_view text) {
    constexpr std::string_view examples =
        "write \"127.0.0.1:8080\", \"[::1]:8080\" or \"unix:/run/verohook.sock\"";
    if (text.starts_with(unix_prefix)) {
        return parse_unix(text);
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
    ListenAddress listen;
    listen.address = *address;
    listen.port = *port;
    return listen;
}

}  // namespace verohook
