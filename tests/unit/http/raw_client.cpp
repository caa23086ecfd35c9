#include "unit/http/raw_client.hpp"

#include "base/listen_address.hpp"
#include "base/text.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace verohook::http {

namespace {

/// A bound for a test that fails; a test that passes never waits for it.
constexpr int patience_ms = 20'000;

int connect_tcp(const ListenAddress& address, int receive_buffer_bytes) {
    const int descriptor = ::socket(address.is_v6() ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (receive_buffer_bytes > 0) {
        ::setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes,
                     sizeof(receive_buffer_bytes));
    }
    int outcome = -1;
    const std::string text = address.address.to_string();
    if (address.is_v6()) {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(address.port);
        ::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr);
        outcome = ::connect(descriptor, reinterpret_cast<const sockaddr*>(&v6), sizeof(v6));
    } else {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(address.port);
        ::inet_pton(AF_INET, text.c_str(), &v4.sin_addr);
        outcome = ::connect(descriptor, reinterpret_cast<const sockaddr*>(&v4), sizeof(v4));
    }
    if (outcome != 0) {
        ::close(descriptor);
        return -1;
    }
    return descriptor;
}

int connect_unix(const std::string& path) {
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    path.copy(local.sun_path, sizeof(local.sun_path) - 1);
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&local), sizeof(local)) != 0) {
        ::close(descriptor);
        return -1;
    }
    return descriptor;
}

}  // namespace

std::string RawAnswer::header(std::string_view name) const {
    std::string_view rest = head;
    while (!rest.empty()) {
        const std::size_t end = rest.find("\r\n");
        const std::string_view line = rest.substr(0, end);
        rest = end == std::string_view::npos ? "" : rest.substr(end + 2);
        const std::size_t colon = line.find(':');
        if (colon != std::string_view::npos && equals_ignoring_case(line.substr(0, colon), name)) {
            return std::string(trim(line.substr(colon + 1)));
        }
    }
    return {};
}

RawClient::RawClient(const std::string& address, int receive_buffer_bytes) {
    const auto parsed = parse_listen_address(address);
    if (parsed) {
        descriptor_ = parsed->is_unix() ? connect_unix(parsed->path)
                                        : connect_tcp(*parsed, receive_buffer_bytes);
    }
}

RawClient::~RawClient() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

bool RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool RawClient::send_byte_by_byte(std::string_view bytes) {
    for (const char byte : bytes) {
        if (!send({&byte, 1})) {
            return false;
        }
    }
    return true;
}

void RawClient::finish_sending() {
    ::shutdown(descriptor_, SHUT_WR);
}

void RawClient::reset() {
    const linger at_once{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    ::close(descriptor_);
    descriptor_ = -1;
}

bool RawClient::receive() {
    pollfd ready{descriptor_, POLLIN, 0};
    if (::poll(&ready, 1, patience_ms) != 1) {
        was_reset_ = true;
        return false;
    }
    std::array<char, 16384> bytes{};
    const ssize_t size = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
    if (size <= 0) {
        was_reset_ = was_reset_ || size < 0;
        return false;
    }
    buffer_.append(bytes.data(), static_cast<std::size_t>(size));
    return true;
}

std::optional<RawAnswer> RawClient::read_answer(bool without_body) {
    std::size_t head_end = 0;
    while ((head_end = buffer_.find("\r\n\r\n")) == std::string::npos) {
        if (!receive()) {
            return std::nullopt;
        }
    }
    RawAnswer answer;
    answer.head = buffer_.substr(0, head_end + 2);
    if (!answer.head.starts_with("HTTP/1.1 ")) {
        return std::nullopt;
    }
    std::from_chars(answer.head.data() + 9, answer.head.data() + 12, answer.status);
    const std::string length_text = answer.header("Content-Length");
    const std::size_t length =
        without_body || length_text.empty() ? 0 : std::strtoul(length_text.c_str(), nullptr, 10);
    while (buffer_.size() < head_end + 4 + length) {
        if (!receive()) {
            return std::nullopt;
        }
    }
    answer.body = buffer_.substr(head_end + 4, length);
    buffer_.erase(0, head_end + 4 + length);
    return answer;
}

bool RawClient::is_closed_cleanly() {
    while (receive()) {
    }
    return buffer_.empty() && !was_reset_;
}

int RawClient::local_port() const {
    sockaddr_in v4{};
    socklen_t size = sizeof(v4);
    ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&v4), &size);
    return ntohs(v4.sin_port);
}

std::string chunked(std::string_view bytes, std::size_t size) {
    std::string out;
    while (!bytes.empty()) {
        const std::string_view chunk = bytes.substr(0, size);
        std::array<char, 32> line{};
        const int length = std::snprintf(line.data(), line.size(), "%zx\r\n", chunk.size());
        out.append(line.data(), static_cast<std::size_t>(length));
        out += chunk;
        out += "\r\n";
        bytes.remove_prefix(chunk.size());
    }
    return out + "0\r\n\r\n";
}

}  // namespace verohook::http
