#include "http/listening_socket.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace verohook::http {

namespace {

/// The kernel cuts it down to net.core.somaxconn.
constexpr int backlog = 4096;

Error system_failure(const ListenAddress& listen, std::string_view what) {
    const int number = errno;
    const ErrorCode code = number == EADDRINUSE ? ErrorCode::locked : ErrorCode::unavailable;
    return {code, "cannot listen at " + listen.to_string() + ": " + std::string(what) + ": " +
                      std::generic_category().message(number)};
}

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;

    [[nodiscard]] const sockaddr* get() const {
        return reinterpret_cast<const sockaddr*>(&storage);
    }
};

SocketAddress tcp_address(const ListenAddress& listen) {
    SocketAddress address;
    const std::string text = listen.address.to_string();
    if (listen.is_v6()) {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(listen.port);
        ::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr);
        std::memcpy(&address.storage, &v6, sizeof(v6));
        address.size = sizeof(v6);
    } else {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(listen.port);
        ::inet_pton(AF_INET, text.c_str(), &v4.sin_addr);
        std::memcpy(&address.storage, &v4, sizeof(v4));
        address.size = sizeof(v4);
    }
    return address;
}

SocketAddress unix_address(const ListenAddress& listen) {
    SocketAddress address;
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    listen.path.copy(local.sun_path, sizeof(local.sun_path) - 1);
    std::memcpy(&address.storage, &local, sizeof(local));
    address.size = sizeof(local);
    return address;
}

int open_stream(int family) {
    return ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

bool enable(int descriptor, int level, int option) {
    const int on = 1;
    return ::setsockopt(descriptor, level, option, &on, sizeof(on)) == 0;
}

bool is_port_free(const ListenAddress& listen, const SocketAddress& address) {
    const int probe = open_stream(address.storage.ss_family);
    const bool is_free = probe >= 0 && enable(probe, SOL_SOCKET, SO_REUSEADDR) &&
                         (!listen.is_v6() || enable(probe, IPPROTO_IPV6, IPV6_V6ONLY)) &&
                         ::bind(probe, address.get(), address.size) == 0;
    const int number = errno;
    if (probe >= 0) {
        ::close(probe);
    }
    errno = number;
    return is_free;
}

std::uint16_t bound_port(int descriptor, std::uint16_t otherwise) {
    sockaddr_storage storage{};
    socklen_t size = sizeof(storage);
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&storage), &size) != 0) {
        return otherwise;
    }
    // The port is at the same place in both families.
    sockaddr_in v4{};
    std::memcpy(&v4, &storage, sizeof(v4));
    return ntohs(v4.sin_port);
}

/// Nothing if the path is free or was left behind by a dead server, which is removed.
Result<void> clear_path(const ListenAddress& listen) {
    struct stat status {};
    if (::lstat(listen.path.c_str(), &status) != 0) {
        return errno == ENOENT ? Result<void>() : system_failure(listen, "stat");
    }
    if (!S_ISSOCK(status.st_mode)) {
        return Error{ErrorCode::invalid_input, "cannot listen at " + listen.to_string() +
                                                   ": there is a file that is no socket"};
    }
    const int probe = open_stream(AF_UNIX);
    if (probe < 0) {
        return system_failure(listen, "socket");
    }
    const SocketAddress address = unix_address(listen);
    const bool is_dead =
        ::connect(probe, address.get(), address.size) != 0 && errno == ECONNREFUSED;
    ::close(probe);
    if (!is_dead) {
        return Error{ErrorCode::locked, "cannot listen at " + listen.to_string() +
                                            ": another process is listening there"};
    }
    if (::unlink(listen.path.c_str()) != 0) {
        return system_failure(listen, "removing the socket file left behind");
    }
    return {};
}

}  // namespace

Result<ListeningSocket> ListeningSocket::bind_tcp(const ListenAddress& listen, bool shared_port) {
    const SocketAddress address = tcp_address(listen);
    ListeningSocket socket(open_stream(address.storage.ss_family), listen);
    const int descriptor = socket.descriptor_;
    if (descriptor < 0) {
        return system_failure(listen, "socket");
    }
    // Accepted sockets inherit TCP_NODELAY, which saves a system call for each.
    if (!enable(descriptor, SOL_SOCKET, SO_REUSEADDR) ||
        !enable(descriptor, IPPROTO_TCP, TCP_NODELAY) ||
        (listen.is_v6() && !enable(descriptor, IPPROTO_IPV6, IPV6_V6ONLY)) ||
        (shared_port && !enable(descriptor, SOL_SOCKET, SO_REUSEPORT))) {
        return system_failure(listen, "setsockopt");
    }
    if (::bind(descriptor, address.get(), address.size) != 0) {
        return system_failure(listen, "bind");
    }
    if (::listen(descriptor, backlog) != 0) {
        return system_failure(listen, "listen");
    }
    socket.address_.port = bound_port(descriptor, listen.port);
    return socket;
}

Result<ListeningSocket> ListeningSocket::bind_unix(const ListenAddress& listen, unsigned mode) {
    if (const auto cleared = clear_path(listen); !cleared) {
        return cleared.error();
    }
    const SocketAddress address = unix_address(listen);
    ListeningSocket socket(open_stream(AF_UNIX), listen);
    const int descriptor = socket.descriptor_;
    if (descriptor < 0) {
        return system_failure(listen, "socket");
    }
    // The file gets the socket's mode less the umask: never, not for a moment, more than wanted.
    if (::fchmod(descriptor, mode) != 0 || ::bind(descriptor, address.get(), address.size) != 0) {
        return system_failure(listen, "bind");
    }
    socket.own_file();
    if (::chmod(listen.path.c_str(), mode) != 0) {
        return system_failure(listen, "setting the socket file's mode");
    }
    if (::listen(descriptor, backlog) != 0) {
        return system_failure(listen, "listen");
    }
    return socket;
}

ListeningSocket ListeningSocket::adopt(int descriptor, ListenAddress address, Holder holder) {
    ListeningSocket socket(descriptor, std::move(address));
    socket.held_elsewhere_ = holder == Holder::somebody;
    if (socket.address_.is_unix()) {
        socket.own_file();
    } else {
        // Without it an answer may wait for the client's acknowledgement; it works all the same.
        const bool ignored = enable(descriptor, IPPROTO_TCP, TCP_NODELAY);
        static_cast<void>(ignored);
    }
    return socket;
}

void ListeningSocket::own_file() {
    struct stat status {};
    if (::lstat(address_.path.c_str(), &status) == 0) {
        file_device_ = status.st_dev;
        file_inode_ = status.st_ino;
    }
}

std::optional<SharedSocket> ListeningSocket::share() {
    const int descriptor = ::fcntl(descriptor_, F_DUPFD_CLOEXEC, 0);
    if (descriptor < 0) {
        return std::nullopt;
    }
    return SharedSocket{descriptor,
                        std::exchange(held_elsewhere_, true) ? Holder::somebody : Holder::nobody};
}

Result<void> check_port_free(const ListenAddress& listen) {
    if (listen.port != 0 && !is_port_free(listen, tcp_address(listen))) {
        return system_failure(listen, "bind");
    }
    return {};
}

ListeningSocket::~ListeningSocket() {
    if (file_inode_ != 0 && !held_elsewhere_) {
        struct stat status {};
        // Somebody may have put another socket there meanwhile; that one is not ours to remove.
        if (::lstat(address_.path.c_str(), &status) == 0 && status.st_dev == file_device_ &&
            status.st_ino == file_inode_) {
            ::unlink(address_.path.c_str());
        }
    }
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

ListeningSocket::ListeningSocket(ListeningSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      address_(std::move(other.address_)),
      held_elsewhere_(other.held_elsewhere_),
      file_device_(other.file_device_),
      file_inode_(std::exchange(other.file_inode_, 0)) {}

}  // namespace verohook::http
