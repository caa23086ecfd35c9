#include "http/handed_sockets.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace verohook::http {

namespace {

bool has_option(int descriptor, int option, int wanted) {
    int value = 0;
    socklen_t size = sizeof(value);
    return ::getsockopt(descriptor, SOL_SOCKET, option, &value, &size) == 0 && value == wanted;
}

/// Nothing: it is of another family, or has no name.
std::optional<ListenAddress> address_of(int descriptor) {
    sockaddr_storage storage{};
    socklen_t size = sizeof(storage);
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&storage), &size) != 0) {
        return std::nullopt;
    }
    ListenAddress address;
    if (storage.ss_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &storage, sizeof(v4));
        std::array<std::uint8_t, 4> bytes{};
        std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
        address.address = IpAddress::from_v4(bytes);
        address.port = ntohs(v4.sin_port);
        return address;
    }
    if (storage.ss_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &storage, sizeof(v6));
        std::array<std::uint8_t, 16> bytes{};
        std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
        address.address = IpAddress::from_v6(bytes);
        address.port = ntohs(v6.sin6_port);
        return address;
    }
    sockaddr_un local{};
    std::memcpy(&local, &storage, std::min<std::size_t>(size, sizeof(local)));
    if (storage.ss_family != AF_UNIX || size <= offsetof(sockaddr_un, sun_path) ||
        local.sun_path[0] == '\0') {
        return std::nullopt;
    }
    address.path = std::string(local.sun_path, ::strnlen(local.sun_path, sizeof(local.sun_path)));
    return address;
}

}  // namespace

void HandedSockets::reserve(std::span<const std::string> listen) {
    for (const std::string& text : listen) {
        // What is no address is told by the server that is to listen there.
        if (auto address = parse_listen_address(text); address && address->port != 0) {
            reserved_.push_back(std::move(*address));
        }
    }
}

bool HandedSockets::is_wanted(const ListenAddress& there, const ListenAddress& wanted) const {
    if (wanted.is_unix() || there.is_unix()) {
        return there.path == wanted.path;
    }
    if (wanted.port != 0 || there.address.to_string() != wanted.address.to_string()) {
        return there.to_string() == wanted.to_string();
    }
    return std::none_of(reserved_.begin(), reserved_.end(), [&](const ListenAddress& reserved) {
        return there.to_string() == reserved.to_string();
    });
}

Result<void> HandedSockets::add(int descriptor, Holder holder) {
    const auto address = address_of(descriptor);
    if (!address || !has_option(descriptor, SO_TYPE, SOCK_STREAM) ||
        !has_option(descriptor, SO_ACCEPTCONN, 1)) {
        ::close(descriptor);
        return Error{ErrorCode::invalid_input,
                     "the file descriptor " + std::to_string(descriptor) +
                         " that was handed over is no TCP or unix socket that listens"};
    }
    const int flags = ::fcntl(descriptor, F_GETFL);
    ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    sockets_.push_back(ListeningSocket::adopt(descriptor, *address, holder));
    return {};
}

std::optional<ListeningSocket> HandedSockets::take(const ListenAddress& wanted) {
    const auto found = std::find_if(sockets_.begin(), sockets_.end(), [&](const auto& socket) {
        return is_wanted(socket.address(), wanted);
    });
    if (found == sockets_.end()) {
        return std::nullopt;
    }
    std::optional<ListeningSocket> taken(std::move(*found));
    sockets_.erase(found);
    return taken;
}

std::vector<std::string> HandedSockets::rest() const {
    std::vector<std::string> addresses;
    addresses.reserve(sockets_.size());
    for (const ListeningSocket& socket : sockets_) {
        addresses.push_back(socket.address().to_string());
    }
    return addresses;
}

}  // namespace verohook::http
