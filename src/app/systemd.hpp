#pragma once

#include "admin/pulse.hpp"
#include "http/handed_sockets.hpp"

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

/// What the program says to systemd, and gets from it. Where it was not started by systemd, or by
/// somebody who acts as it does, all of this does nothing.
namespace verohook::app {

/// Takes the sockets that were handed over (sd_listen_fds(3)). Before any other thread is
/// started, for it changes the environment.
[[nodiscard]] Result<void> take_handed_sockets(http::HandedSockets& sockets);

/// Begins this program anew in this process, with these sockets handed over as systemd would; they
/// are the process's from now on. Returns only where that fails.
[[nodiscard]] Error begin_anew(const std::filesystem::path& program,
                               const std::filesystem::path& configuration,
                               const std::vector<http::SharedSocket>& sockets);

/// `words` is what `systemctl status` shows. Any thread.
void notify_ready(std::string_view words);
void notify_reloading();
void notify_stopping(std::string_view words);

/// Tells systemd's watchdog again and again that all is well, as long as it is. Of one thread.
class Watchdog {
public:
    Watchdog() = default;
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;
    ~Watchdog() { stop(); }

    /// Does nothing where systemd waits for nothing. `pulse`: what has to go on.
    void start(admin::Pulse pulse);
    /// Instead, while the program begins or ends and not everything goes on: until then all is
    /// taken to be well.
    void start_until(std::chrono::steady_clock::time_point deadline);
    /// Before what has to go on ends.
    void stop();

private:
    /// What does not go on.
    using Look = std::function<std::vector<std::string>()>;

    void begin(Look look);
    void run(const std::stop_token& stop, const Look& look, std::chrono::microseconds interval);

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::jthread thread_;
};

}  // namespace verohook::app
