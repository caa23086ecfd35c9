#include "http/listen_address.hpp"

#include "http/framing.hpp"
#include "http/server.hpp"

#include <sys/un.h>

namespace verohook::http {

namespace {

constexpr std::string_view unix_prefix = "unix:";

Error no_address(std::string_view text, std::string_view reason) {
    return {ErrorCode::invalid_input,
            "'" + std::string(text) + "' is no listen address: " + std::string(reason)};
}

Result<ListenAddress> parse_unix(std::string_view text) {
    ListenAddress listen;
    listen.path = text.substr(unix_prefix.size());
    if (!listen.path.starts_with('/')) {
        return no_address(text, "write an absolute path, such as unix:/run/verohook/verohook.sock");
    }
    if (listen.path.size() >= sizeof(sockaddr_un::sun_path)) {
        return no_address(text, "the path of a unix socket has at most 107 bytes");
    }
    return listen;
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
        "write 127.0.0.1:8080, [::1]:8080 or unix:/run/verohook/verohook.sock";
    if (text.starts_with(unix_prefix)) {
        return parse_unix(text);
    }
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) {
        return no_address(text, examples);
    }
    const auto port = parse_length(text.substr(colon + 1));
    if (!port || *port > 65'535) {
        return no_address(text, "the port must be a number from 0 to 65535");
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
    ListenAddress listen;
    listen.address = *address;
    listen.port = static_cast<std::uint16_t>(*port);
    return listen;
}

Result<bool> is_local_only(std::string_view listen_address) {
    const auto listen = parse_listen_address(listen_address);
    if (!listen) {
        return listen.error();
    }
    return listen->is_unix() || listen->address.is_loopback();
}

}  // namespace verohook::http
