#include "http_target.hpp"

#include "base/text.hpp"

#include <verohook/base/result.hpp>

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace verohook::sinks {

namespace {

/// Reads one request; `buffer` keeps what came beyond it. Nothing at the end of the connection.
std::optional<TargetRequest> read_request(int socket, std::string& buffer) {
    const auto more = [&] {
        char block[65536];
        const ssize_t count = ::recv(socket, block, sizeof block, 0);
        buffer.append(block, static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        return count > 0;
    };
    while (buffer.find("\r\n\r\n") == std::string::npos) {
        if (!more()) {
            return std::nullopt;
        }
    }
    const std::size_t head_end = buffer.find("\r\n\r\n");
    TargetRequest request;
    request.line = buffer.substr(0, buffer.find("\r\n"));
    for (std::size_t at = request.line.size() + 2; at < head_end;) {
        const std::size_t end = buffer.find("\r\n", at);
        const std::size_t colon = buffer.find(':', at);
        std::string name = buffer.substr(at, colon - at);
        std::transform(name.begin(), name.end(), name.begin(), [](char letter) {
            return static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
        });
        request.headers[name] = trim(std::string_view(buffer).substr(colon + 1, end - colon - 1));
        at = end + 2;
    }
    const std::size_t length = std::stoul(request.headers["content-length"]);
    buffer.erase(0, head_end + 4);
    while (buffer.size() < length) {
        if (!more()) {
            return std::nullopt;
        }
    }
    request.body = buffer.substr(0, length);
    buffer.erase(0, length);
    return request;
}

}  // namespace

std::string http_answer(unsigned status, const std::string& body, const std::string& headers) {
    return "HTTP/1.1 " + std::to_string(status) + " Reason\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

HttpTarget::HttpTarget(Answer answer, std::filesystem::path unix_socket)
    : answer_(std::move(answer)), path_(std::move(unix_socket)) {
    if (path_.empty()) {
        reserve_ = open_socket();
        sockaddr_in address{};
        socklen_t size = sizeof address;
        ::getsockname(reserve_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
    }
    start();
}

HttpTarget::~HttpTarget() {
    stop();
    if (reserve_ >= 0) {
        ::close(reserve_);
    }
}

std::string HttpTarget::url(const std::string& path) const {
    return path_.empty() ? "http://" + place() + path
                         : "http+unix://" + path_.string() + ":" + path;
}

std::string HttpTarget::place() const {
    return path_.empty() ? "127.0.0.1:" + std::to_string(port_) : path_.string();
}

/// Bound, not listening.
int HttpTarget::open_socket() const {
    const int family = path_.empty() ? AF_INET : AF_UNIX;
    const int opened = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (path_.empty()) {
        const int yes = 1;
        ::setsockopt(opened, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port_);
        VEROHOOK_CHECK(
            ::bind(opened, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    } else {
        sockaddr_un address{AF_UNIX, {}};
        path_.string().copy(address.sun_path, sizeof address.sun_path - 1);
        std::filesystem::remove(path_);
        VEROHOOK_CHECK(
            ::bind(opened, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    }
    return opened;
}

void HttpTarget::start() {
    listener_ = open_socket();
    constexpr int backlog = 64;
    ::listen(listener_, backlog);
    acceptor_ = std::thread([this] { accept_all(); });
}

void HttpTarget::stop() {
    if (listener_ < 0) {
        return;
    }
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    listener_ = -1;
    {
        const std::lock_guard lock(mutex_);
        for (const int socket : sockets_) {
            ::shutdown(socket, SHUT_RDWR);
        }
    }
    for (std::thread& thread : threads_) {
        thread.join();
    }
    threads_.clear();
    for (const int socket : sockets_) {
        ::close(socket);
    }
    sockets_.clear();
}

void HttpTarget::accept_all() {
    while (true) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) {
            return;
        }
        const std::lock_guard lock(mutex_);
        sockets_.push_back(socket);
        const std::size_t number = ++connections_;
        threads_.emplace_back([this, socket, number] { serve(socket, number); });
    }
}

void HttpTarget::serve(int socket, std::size_t connection) {
    std::string buffer;
    while (auto request = read_request(socket, buffer)) {
        request->connection = connection;
        {
            const std::lock_guard lock(mutex_);
            seen_.push_back(*request);
        }
        const std::string answer = answer_(*request);
        if (answer.starts_with("HTTP/1.1 2")) {
            const std::lock_guard lock(mutex_);
            taken_.push_back(*request);
        }
        ::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL);
        if (answer.empty() || answer.find("Connection: close\r\n") != std::string::npos) {
            break;
        }
    }
    // Closed by `stop`, so that the descriptor is nobody else's meanwhile.
    ::shutdown(socket, SHUT_RDWR);
}

std::vector<TargetRequest> HttpTarget::taken() const {
    const std::lock_guard lock(mutex_);
    return taken_;
}

std::vector<TargetRequest> HttpTarget::seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
}

}  // namespace verohook::sinks
