#pragma once

#include "app/admin_servers.hpp"
#include "app/exit_status.hpp"
#include "app/log_output.hpp"
#include "app/reloading.hpp"
#include "app/systemd.hpp"
#include "config/config.hpp"
#include "delivery/delivery.hpp"
#include "http/server.hpp"
#include "ingest/access_log.hpp"
#include "ingest/endpoint.hpp"
#include "journal/journal.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace verohook::app {

/// The running program: the one place where everything is wired together. Of the main thread.
/// Members stand in the order in which they need each other, so that they are destroyed in the
/// reverse.
class Daemon {
public:
    /// `file` is what the settings were read from, and are read from anew; `log` outlives it.
    Daemon(const std::filesystem::path& file, const config::Settings& settings, LogOutput& log);

    /// Everything but accepting, at the sockets that were handed over where they are configured;
    /// nothing is left behind if it fails, and `status` says how to end.
    [[nodiscard]] Result<void> open(http::HandedSockets& handed, ExitStatus& status);
    void start();
    /// Has files opened anew.
    void reopen();
    /// Has the configuration read anew, and waits for nothing.
    void reload() { reloading_.hang_up(); }
    /// Stops accepting, answers what is in flight, lets sinks finish, commits. What is stuck cannot
    /// be waited for: then the process ends without unwinding it.
    void stop();
    /// The same for a process that goes on with the sockets that are returned: who connects
    /// meanwhile waits there.
    [[nodiscard]] std::vector<http::SharedSocket> stop_for_restart();
    [[nodiscard]] bool stuck() const { return stuck_; }

private:
    /// Where the sinks are to end.
    enum class Ending {
        at_newest,       ///< At the newest event, or when their time is over.
        in_their_tracks  ///< After the batch in hand: somebody waits, and they soon go on.
    };

    void end(Ending ending);
    [[nodiscard]] admin::Pulse pulse();
    void announce() const;
    [[nodiscard]] std::string curl_line(const std::string& address) const;

    LogOutput& log_;
    ingest::AccessLog access_log_;
    std::unique_ptr<journal::Journal> journal_;
    std::unique_ptr<ingest::Endpoint> endpoint_;
    std::unique_ptr<delivery::Delivery> delivery_;
    std::unique_ptr<http::Server> server_;
    std::unique_ptr<AdminServers> admin_;
    Reloading reloading_;
    Watchdog watchdog_;
    bool stuck_ = false;
};

}  // namespace verohook::app
