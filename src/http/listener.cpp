#include "http/listener.hpp"

#include "base/log.hpp"
#include "http/io_thread.hpp"
#include "http/unavailable.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace verohook::http {

namespace {

/// Established connections get their turn between two rounds of accepting.
constexpr int round_connections_max = 64;
constexpr std::chrono::milliseconds pause_time{100};

Peer peer_of(const sockaddr_storage& storage) {
    Peer peer;
    if (storage.ss_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &storage, sizeof(v4));
        std::array<std::uint8_t, 4> bytes{};
        std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
        peer.address = IpAddress::from_v4(bytes);
    } else if (storage.ss_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &storage, sizeof(v6));
        std::array<std::uint8_t, 16> bytes{};
        std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
        peer.address = IpAddress::from_v6(bytes);
    }
    return peer;
}

}  // namespace

Listener::Listener(IoThread& thread, ListeningSocket socket, std::vector<IoThread*> targets)
    : thread_(thread),
      socket_(std::move(socket)),
      targets_(std::move(targets)),
      descriptor_(thread.context().get_executor()),
      pause_(thread.context().get_executor()) {}

void Listener::start() {
    boost::system::error_code error;
    descriptor_.assign(::fcntl(socket_->descriptor(), F_DUPFD_CLOEXEC, 0), error);
    if (error) {
        log::error("cannot accept at " + socket_->address().to_string() + ": " + error.message());
        return;
    }
    boost::asio::co_spawn(thread_.context().get_executor(), run(), boost::asio::detached);
}

void Listener::stop() {
    if (std::exchange(stopped_, true)) {
        return;
    }
    // What the kernel has completed would be reset by closing, with requests that were sent
    // already.
    while (!socket_->is_held_elsewhere() && accept_waiting() == Outcome::more) {
    }
    socket_.reset();
    boost::system::error_code error;  // Closing a listening socket frees it whatever it answers.
    descriptor_.close(error);
    pause_.cancel();
}

Awaitable Listener::run() {
    while (!stopped_) {
        const auto [error] = co_await descriptor_.async_wait(
            boost::asio::posix::descriptor_base::wait_read, awaited_tuple);
        if (stopped_) {
            break;
        }
        if (error || accept_waiting() == Outcome::pause) {
            thread_.counters().accept_pauses.fetch_add(1, std::memory_order_relaxed);
            pause_.expires_after(pause_time);
            co_await pause_.async_wait(awaited_tuple);
        }
    }
}

Listener::Outcome Listener::accept_waiting() {
    ServerCounters& counters = thread_.counters();
    const std::size_t bound = thread_.limits().connections_max;
    const std::size_t refused_max = thread_.limits().refused_connections_max;
    for (int round = 0; round < round_connections_max; ++round) {
        const std::size_t open = counters.connections_open.load(std::memory_order_relaxed);
        sockaddr_storage storage{};
        socklen_t size = sizeof(storage);
        const int descriptor =
            ::accept4(socket_->descriptor(), reinterpret_cast<sockaddr*>(&storage), &size,
                      SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) {
            const int number = errno;
            if (number == EAGAIN) {
                return Outcome::go_on;
            }
            if (judge_failure(number) == Outcome::pause) {
                return Outcome::pause;
            }
            continue;
        }
        counters.connections_accepted.fetch_add(1, std::memory_order_relaxed);
        const bool over_bound = open >= bound;
        if (over_bound) {
            counters.connections_refused.fetch_add(1, std::memory_order_relaxed);
        }
        if (open >= bound + refused_max) {
            refuse_connection(thread_, descriptor);
            continue;
        }
        hand_over(descriptor, storage.ss_family, peer_of(storage), over_bound);
    }
    return Outcome::more;
}

Listener::Outcome Listener::judge_failure(int number) {
    switch (number) {
        case EINTR:
        case ECONNABORTED:
        // Linux passes on what was already wrong with the new connection's network (accept(2)).
        case EPROTO:
        case ENETDOWN:
        case ENETUNREACH:
        case EHOSTDOWN:
        case EHOSTUNREACH:
        case ENONET:
        case ENOPROTOOPT:
        case EOPNOTSUPP:
        case EPERM:
            return Outcome::go_on;
        case EMFILE:
        case ENFILE:
        case ENOBUFS:
        case ENOMEM:
            return Outcome::pause;
        default:
            log::error("cannot accept at " + socket_->address().to_string() + ": " +
                       std::generic_category().message(number));
            return Outcome::pause;
    }
}

void Listener::hand_over(int descriptor, int family, const Peer& peer, bool over_bound) {
    IoThread& target = *targets_[next_target_];
    next_target_ = (next_target_ + 1) % targets_.size();
    if (&target == &thread_) {
        target.open(descriptor, family, peer, over_bound);
        return;
    }
    // It counts from now on, and once more until the other thread has counted it itself.
    std::atomic<std::uint64_t>& open = thread_.counters().connections_open;
    open.fetch_add(1, std::memory_order_relaxed);
    boost::asio::post(target.context(), [&target, &open, descriptor, family, peer, over_bound] {
        target.open(descriptor, family, peer, over_bound);
        open.fetch_sub(1, std::memory_order_relaxed);
    });
}

}  // namespace verohook::http
