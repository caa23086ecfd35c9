#pragma once

#include "base/limits.hpp"
#include "http/io.hpp"
#include "http/mailbox.hpp"
#include "http/refusal.hpp"
#include "http/request_id.hpp"
#include "http/response_writer.hpp"
#include "http/server.hpp"
#include "http/traffic.hpp"

#include <boost/asio/executor_work_guard.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace verohook::http {

class Connection;

/// One thread's event loop and everything its connections share. Unless said otherwise, members are
/// called on that thread alone; a connection lives and dies on one thread and needs no lock.
class IoThread {
public:
    /// The references, but for `limits`, outlive the thread; `access` may be null.
    IoThread(const HttpLimits& limits, Handler& handler, const Clock& clock,
             ServerCounters& counters, AccessObserver* access);
    IoThread(const IoThread&) = delete;
    IoThread& operator=(const IoThread&) = delete;

    /// The body of the thread: returns when it drains and the last connection has ended.
    void run();

    /// Takes over an accepted, non-blocking socket. `over_bound`: only to be told 503.
    void open(int descriptor, int family, const Peer& peer, bool over_bound);
    void add(Connection& connection);
    void remove(Connection& connection);

    /// For the next requests and connections.
    void set_limits(const HttpLimits& limits);
    /// `ServerSettings::proxies`, for the next connections.
    void set_proxies(std::optional<std::vector<Cidr>> proxies) { proxies_ = std::move(proxies); }

    /// Ends connections after their next answer; those that stay idle, soon.
    void begin_drain();
    /// Ends every connection that does not wait for the handler, and those after they got its
    /// answer.
    void cut_off();

    [[nodiscard]] bool is_draining() const { return draining_; }
    /// When idle connections end, whatever their deadline is.
    [[nodiscard]] std::chrono::steady_clock::time_point idle_end() const { return idle_end_; }
    [[nodiscard]] bool is_cut_off() const { return cut_off_; }
    /// Any thread.
    [[nodiscard]] bool is_current() const { return std::this_thread::get_id() == id_; }
    /// The time of the last tick. A deadline counted from it comes up to one tick too early, so a
    /// tick is added to each.
    [[nodiscard]] std::chrono::steady_clock::time_point deadline(
        std::chrono::milliseconds timeout) const;

    [[nodiscard]] boost::asio::io_context& context() { return context_; }
    [[nodiscard]] Mailbox& mailbox() { return mailbox_; }
    [[nodiscard]] const HttpLimits& limits() const { return limits_; }
    [[nodiscard]] Handler& handler() { return handler_; }
    [[nodiscard]] const Clock& clock() const { return clock_; }
    [[nodiscard]] ServerCounters& counters() { return counters_; }
    [[nodiscard]] TrafficCounter& traffic() { return traffic_; }
    [[nodiscard]] ResponseWriter& writer() { return writer_; }
    [[nodiscard]] RequestIdSource& request_ids() { return request_ids_; }
    [[nodiscard]] AccessObserver* access() { return access_; }
    /// Whether every connection begins with a PROXY header.
    [[nodiscard]] bool is_proxied() const { return proxies_.has_value(); }
    /// Why a peer may not connect, as only proxies may then.
    [[nodiscard]] std::optional<Refusal> refuse_peer(const Peer& peer) const;
    /// Where a response is put together; what it holds is of nobody after the write.
    [[nodiscard]] std::string& scratch() { return scratch_; }

private:
    void start_ticking();
    void tick();
    void finish_if_done();

    HttpLimits limits_;
    Handler& handler_;
    const Clock& clock_;
    ServerCounters& counters_;
    AccessObserver* const access_;
    std::optional<std::vector<Cidr>> proxies_;
    std::chrono::milliseconds tick_;

    boost::asio::io_context context_;
    boost::asio::executor_work_guard<Executor> work_;
    Timer timer_;
    Mailbox mailbox_;
    ResponseWriter writer_;
    RequestIdSource request_ids_;
    std::string scratch_;
    TrafficCounter traffic_;
    std::vector<Connection*> connections_;  ///< Each knows its place.
    std::chrono::steady_clock::time_point now_;
    std::thread::id id_;
    std::chrono::steady_clock::time_point idle_end_ = std::chrono::steady_clock::time_point::max();
    bool ticking_ = false;
    bool draining_ = false;
    bool cut_off_ = false;
};

}  // namespace verohook::http
