#pragma once

#include "base/limits.hpp"
#include "http/message.hpp"
#include "http/traffic.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// An HTTP/1.1 and 1.0 server. It knows nothing of Vero.
namespace verohook::http {

/// When the connection's thread learns of an answer: at once, or with the next one that this thread
/// gives `now`, to any connection. Many answers in a row then cost one wake-up.
enum class Wake { now, later };

/// One request and its answer. Owned by its connection; alive until `respond` was called.
class Exchange {
public:
    [[nodiscard]] virtual const RequestHead& head() const = 0;
    /// The whole body, unchunked, not decompressed. May be moved from.
    [[nodiscard]] virtual std::string& body() = 0;
    /// When the last byte of the body came.
    [[nodiscard]] virtual Timestamp received_at() const = 0;
    /// Answers. Exactly once, from any thread, never blocks.
    virtual void respond(Response response, Wake wake = Wake::now) = 0;

protected:
    ~Exchange() = default;
};

/// What answers requests. Called by all I/O threads at once; must not block.
class Handler {
public:
    virtual ~Handler() = default;
    /// After the head and before the body: an answer ends the request there (nothing of the body is
    /// kept; the connection closes after lingering, unless there is no body); nothing: go on.
    [[nodiscard]] virtual std::optional<Response> on_head(const RequestHead& head) = 0;
    /// After the body. `exchange.respond` is called now or later.
    virtual void on_request(Exchange& exchange) = 0;
};

/// One request and what it was answered.
struct Access {
    const RequestHead& head;  ///< Without a method where it could not be read.
    unsigned status = 0;
    std::string_view reason = {};  ///< `Response::reason`
    std::size_t body_bytes = 0;    ///< Of the body, if it was read.
    std::size_t answer_bytes = 0;  ///< Of the whole answer.
    /// From the request's last byte to its answer; nothing where its head was refused.
    std::optional<std::chrono::microseconds> duration = {};
};

/// Who is told of each answer. Called by all I/O threads at once; must not block.
class AccessObserver {
public:
    virtual ~AccessObserver() = default;
    virtual void answered(const Access& access) = 0;
};

/// Why the server answered by itself, or did not; for counting.
struct ServerCounters {
    std::atomic<std::uint64_t> connections_accepted{0};
    std::atomic<std::uint64_t> connections_open{0};
    std::atomic<std::uint64_t> connections_refused{0};  ///< Over the bound: 503 and close.
    std::atomic<std::uint64_t> accept_pauses{0};        ///< Out of descriptors or memory.
    std::atomic<std::uint64_t> bad_requests{0};
    std::atomic<std::uint64_t> timeouts{0};
};

class HandedSockets;
struct SharedSocket;

struct ServerSettings {
    /// `127.0.0.1:8080`, `[::1]:0`, `unix:/run/verohook.sock`.
    std::vector<std::string> listen;
    unsigned unix_mode = 0660;  ///< Of unix sockets' files.
    unsigned threads = 0;       ///< 0: one for each two cores, at least one.
    HttpLimits limits;
    /// Given: every connection begins with a PROXY header, and only these networks, and whoever may
    /// open a unix socket, may connect. Nothing: none does.
    std::optional<std::vector<Cidr>> proxies = {};
    /// Where an address is taken from instead of being bound; may be null.
    HandedSockets* handed = nullptr;
    AccessObserver* access = nullptr;  ///< Outlives the server; null: nobody is told.
};

class Server {
public:
    /// Binds every address at once and accepts nothing yet. Errors name the address.
    /// `handler` and `clock` outlive the server.
    [[nodiscard]] static Result<std::unique_ptr<Server>> bind(const ServerSettings& settings,
                                                              Handler& handler, const Clock& clock);
    virtual ~Server() = default;

    /// The addresses as bound, with real ports.
    [[nodiscard]] virtual std::vector<std::string> addresses() const = 0;
    /// Starts the threads.
    virtual void start() = 0;
    /// Stops accepting, closes idle connections, answers what is in flight with `Connection:
    /// close`; returns when every connection has ended, or after `timeout` (then cuts them off:
    /// false).
    virtual bool drain(std::chrono::milliseconds timeout) = 0;
    /// For the next requests and connections. Any thread.
    virtual void set_limits(const HttpLimits& limits) = 0;
    /// `ServerSettings::proxies`, for the next connections. Any thread.
    virtual void set_proxies(const std::optional<std::vector<Cidr>>& proxies) = 0;
    /// Lets go of something once no call of the handler is under way that has begun before this
    /// one. Waits for nothing. Any thread, between `start` and the server's end.
    virtual void let_go(std::shared_ptr<const void> thing) = 0;
    /// The listening sockets, which live on then after the server's end with all that waits there:
    /// for a process that takes over. The caller owns the descriptors. Before `drain`.
    [[nodiscard]] virtual std::vector<SharedSocket> share_sockets() = 0;
    [[nodiscard]] virtual const ServerCounters& counters() const = 0;
    /// Any thread.
    [[nodiscard]] virtual Traffic traffic() const = 0;
};

}  // namespace verohook::http
