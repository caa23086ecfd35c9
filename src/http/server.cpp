#include "http/server.hpp"

#include "http/handed_sockets.hpp"
#include "http/io_thread.hpp"
#include "http/listener.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <condition_variable>
#include <latch>
#include <mutex>
#include <thread>
#include <utility>

namespace verohook::http {

namespace {

class AsioServer final : public Server {
public:
    AsioServer(const ServerSettings& settings, Handler& handler, const Clock& clock)
        : settings_(settings) {
        const unsigned count = settings.threads > 0
                                   ? settings.threads
                                   : std::max(1U, std::thread::hardware_concurrency() / 2);
        for (unsigned index = 0; index < count; ++index) {
            io_threads_.push_back(std::make_unique<IoThread>(settings_.limits, handler, clock,
                                                             counters_, settings_.access));
            io_threads_.back()->set_proxies(settings_.proxies);
        }
    }

    ~AsioServer() override {
        stop(std::chrono::milliseconds(0));
        for (std::thread& thread : threads_) {
            thread.join();
        }
    }

    [[nodiscard]] Result<void> listen(std::string_view text);

    [[nodiscard]] std::vector<std::string> addresses() const override { return addresses_; }
    [[nodiscard]] const ServerCounters& counters() const override { return counters_; }

    [[nodiscard]] Traffic traffic() const override {
        Traffic traffic;
        for (const auto& io_thread : io_threads_) {
            io_thread->traffic().add_to(traffic);
        }
        return traffic;
    }

    void start() override {
        for (const auto& listener : listeners_) {
            listener.owner->start();
        }
        running_ = io_threads_.size();
        for (const auto& io_thread : io_threads_) {
            threads_.emplace_back([this, &io_thread = *io_thread] {
                io_thread.run();
                const std::lock_guard lock(mutex_);
                --running_;
                ended_.notify_all();
            });
        }
    }

    bool drain(std::chrono::milliseconds timeout) override { return stop(timeout); }

    [[nodiscard]] std::vector<SharedSocket> share_sockets() override {
        std::vector<SharedSocket> sockets;
        for (const auto& listener : listeners_) {
            if (const auto socket = listener.owner->share()) {
                sockets.push_back(*socket);
            }
        }
        return sockets;
    }

    void set_limits(const HttpLimits& limits) override {
        for (const auto& io_thread : io_threads_) {
            boost::asio::post(io_thread->context(),
                              [&thread = *io_thread, limits] { thread.set_limits(limits); });
        }
    }

    void set_proxies(const std::optional<std::vector<Cidr>>& proxies) override {
        for (const auto& io_thread : io_threads_) {
            boost::asio::post(io_thread->context(),
                              [&thread = *io_thread, proxies] { thread.set_proxies(proxies); });
        }
    }

    // A thread does one thing after the other: what it does after this was posted begins later.
    void let_go(std::shared_ptr<const void> thing) override {
        for (const auto& io_thread : io_threads_) {
            boost::asio::post(io_thread->context(), [thing] {});
        }
    }

private:
    struct OwnedListener {
        IoThread* thread;
        std::unique_ptr<Listener> owner;
    };

    [[nodiscard]] std::vector<IoThread*> all_threads() const {
        std::vector<IoThread*> all;
        for (const auto& io_thread : io_threads_) {
            all.push_back(io_thread.get());
        }
        return all;
    }

    void add(IoThread& thread, ListeningSocket socket, std::vector<IoThread*> targets) {
        listeners_.push_back(
            {&thread, std::make_unique<Listener>(thread, std::move(socket), std::move(targets))});
    }

    bool stop(std::chrono::milliseconds timeout);
    void stop_listening();

    const ServerSettings settings_;
    ServerCounters counters_;
    std::vector<std::unique_ptr<IoThread>> io_threads_;
    std::vector<OwnedListener> listeners_;  ///< Destroyed before the threads they refer to.
    std::vector<std::string> addresses_;
    std::vector<std::thread> threads_;
    bool stopping_ = false;  ///< Of the thread that owns the server.
    std::mutex mutex_;
    std::condition_variable ended_;
    std::size_t running_ = 0;  ///< Guarded by `mutex_` once started.
};

Result<void> AsioServer::listen(std::string_view text) {
    auto wanted = parse_listen_address(text);
    if (!wanted) {
        return wanted.error();
    }
    if (settings_.handed != nullptr) {
        // One address may come with several sockets, one for each thread of an earlier life.
        std::size_t taken = 0;
        while (auto socket = settings_.handed->take(*wanted)) {
            *wanted = socket->address();
            add(*io_threads_[taken++ % io_threads_.size()], std::move(*socket), all_threads());
        }
        if (taken > 0) {
            addresses_.push_back(wanted->to_string());
            return {};
        }
    }
    if (wanted->is_unix()) {
        auto socket = ListeningSocket::bind_unix(*wanted, settings_.unix_mode);
        if (!socket) {
            return socket.error();
        }
        addresses_.push_back(wanted->to_string());
        add(*io_threads_.front(), std::move(*socket), all_threads());
        return {};
    }
    const bool shared_port = io_threads_.size() > 1;
    if (shared_port) {
        if (const auto is_free = check_port_free(*wanted); !is_free) {
            return is_free.error();
        }
    }
    for (const auto& io_thread : io_threads_) {
        auto socket = ListeningSocket::bind_tcp(*wanted, shared_port);
        if (!socket) {
            return socket.error();
        }
        wanted->port = socket->address().port;
        add(*io_thread, std::move(*socket), {io_thread.get()});
    }
    addresses_.push_back(wanted->to_string());
    return {};
}

void AsioServer::stop_listening() {
    std::latch stopped(static_cast<std::ptrdiff_t>(listeners_.size()));
    for (const auto& listener : listeners_) {
        boost::asio::post(listener.thread->context(), [&stopped, &owner = *listener.owner] {
            owner.stop();
            stopped.count_down();
        });
    }
    stopped.wait();
}

bool AsioServer::stop(std::chrono::milliseconds timeout) {
    {
        const std::lock_guard lock(mutex_);
        if (running_ == 0) {
            return true;
        }
    }
    if (!std::exchange(stopping_, true)) {
        // In this order: a connection that one thread hands to another must not find it gone.
        stop_listening();
        for (const auto& io_thread : io_threads_) {
            boost::asio::post(io_thread->context(),
                              [&thread = *io_thread] { thread.begin_drain(); });
        }
    }
    const auto all_ended = [this] { return running_ == 0; };
    std::unique_lock lock(mutex_);
    if (ended_.wait_for(lock, timeout, all_ended)) {
        return true;
    }
    lock.unlock();
    for (const auto& io_thread : io_threads_) {
        boost::asio::post(io_thread->context(), [&thread = *io_thread] { thread.cut_off(); });
    }
    return false;
}

}  // namespace

Result<std::unique_ptr<Server>> Server::bind(const ServerSettings& settings, Handler& handler,
                                             const Clock& clock) {
    auto server = std::make_unique<AsioServer>(settings, handler, clock);
    for (const std::string& address : settings.listen) {
        if (const auto listening = server->listen(address); !listening) {
            return listening.error();
        }
    }
    return std::unique_ptr<Server>(std::move(server));
}

}  // namespace verohook::http
