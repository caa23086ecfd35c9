#include "http/io_thread.hpp"

#include "base/log.hpp"
#include "base/thread.hpp"
#include "http/connection.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <new>
#include <utility>

#include <unistd.h>

namespace verohook::http {

namespace {

constexpr std::chrono::milliseconds tick_max{250};
constexpr std::chrono::milliseconds tick_min{5};
/// How long connections may stay idle when everything ends.
constexpr std::chrono::milliseconds idle_grace{250};

/// Coarse where the limits are long, as they are but in tests.
std::chrono::milliseconds choose_tick(const HttpLimits& limits) {
    const auto shortest = std::min({limits.head_timeout, limits.body_timeout, limits.idle_timeout,
                                    limits.write_timeout, limits.linger_timeout});
    return std::clamp(shortest / 4, tick_min, tick_max);
}

}  // namespace

IoThread::IoThread(const HttpLimits& limits, Handler& handler, const Clock& clock,
                   ServerCounters& counters, AccessObserver* access)
    : limits_(limits),
      handler_(handler),
      clock_(clock),
      counters_(counters),
      access_(access),
      tick_(choose_tick(limits)),
      context_(1),
      work_(context_.get_executor()),
      timer_(context_.get_executor()),
      mailbox_(context_),
      writer_(clock) {}

void IoThread::run() {
    set_up_thread("io", Urgency::prompt);
    id_ = std::this_thread::get_id();
    context_.run();
}

std::optional<Refusal> IoThread::refuse_peer(const Peer& peer) const {
    // Who may open a unix socket is trusted by the permissions of its file.
    if (!proxies_ || peer.address.is_none() || contains(*proxies_, peer.address)) {
        return std::nullopt;
    }
    return Refusal{403, "forbidden",
                   "a connection that is not of a proxy in auth.trusted_proxies, where "
                   "http.proxy_protocol wants one",
                   true};
}

void IoThread::open(int descriptor, int family, const Peer& peer, bool over_bound) {
    Socket socket(context_.get_executor());
    boost::system::error_code error;
    socket.assign(boost::asio::generic::stream_protocol(family, 0), descriptor, error);
    if (!error) {
        socket.non_blocking(true, error);
    }
    if (error) {
        log::error("an accepted connection could not be taken over: " + error.message());
        if (!socket.is_open()) {
            ::close(descriptor);
        }
        return;
    }
    try {
        start_connection(*this, std::move(socket), peer, over_bound);
    } catch (const std::bad_alloc&) {
        // One connection less; the listener that called must live on.
        log::error("an accepted connection was dropped: memory ran out");
    }
}

void IoThread::add(Connection& connection) {
    connection.set_place(connections_.size());
    connections_.push_back(&connection);
    counters_.connections_open.fetch_add(1, std::memory_order_relaxed);
    start_ticking();
}

void IoThread::remove(Connection& connection) {
    Connection* const last = connections_.back();
    connections_[connection.place()] = last;
    last->set_place(connection.place());
    connections_.pop_back();
    counters_.connections_open.fetch_sub(1, std::memory_order_relaxed);
    finish_if_done();
}

void IoThread::set_limits(const HttpLimits& limits) {
    limits_ = limits;
    tick_ = choose_tick(limits);
}

void IoThread::begin_drain() {
    draining_ = true;
    // A request may be under way on a connection that seems idle; closing would reset it.
    idle_end_ = std::chrono::steady_clock::now() + idle_grace;
    tick_ = tick_min;
    timer_.cancel();  // The tick that waits comes at once, and the next ones with this interval.
    finish_if_done();
}

void IoThread::cut_off() {
    draining_ = true;
    cut_off_ = true;
    for (Connection* const connection : connections_) {
        connection->cancel();
    }
    finish_if_done();
}

std::chrono::steady_clock::time_point IoThread::deadline(std::chrono::milliseconds timeout) const {
    return now_ + timeout + tick_;
}

void IoThread::start_ticking() {
    if (ticking_) {
        return;
    }
    ticking_ = true;
    now_ = std::chrono::steady_clock::now();
    timer_.expires_after(tick_);
    timer_.async_wait([this](const boost::system::error_code&) { tick(); });
}

void IoThread::tick() {
    ticking_ = false;
    if (connections_.empty()) {
        return;
    }
    start_ticking();
    // Cancelling only queues what the connection does next, so the list stays as it is meanwhile.
    for (Connection* const connection : connections_) {
        connection->check_deadline(now_);
    }
}

void IoThread::finish_if_done() {
    if (draining_ && connections_.empty()) {
        timer_.cancel();
        work_.reset();
    }
}

}  // namespace verohook::http
