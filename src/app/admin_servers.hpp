#pragma once

#include "admin/control_socket.hpp"
#include "admin/endpoint.hpp"
#include "admin/inspector/inspector.hpp"
#include "admin/pulse.hpp"
#include "base/log_counts.hpp"
#include "config/config.hpp"
#include "event/counts.hpp"
#include "http/listening_socket.hpp"
#include "http/server.hpp"

#include <memory>
#include <optional>

namespace verohook::app {

/// The daemon's admin port, which shows, and its control socket, which also changes.
class AdminServers {
public:
    /// What there is to look at; all of it outlives the last answer, see `stop`.
    struct Parts {
        journal::Journal& journal;
        const http::Server& webhooks;
        const event::EventCounts& events;
        const log::Counts& log;
        const Clock& clock;
        admin::Reloader& reloader;
        const admin::ReloadState& reloads;
        admin::OpenTables open_tables;  ///< Any thread.
    };
    /// `settings` outlives it. The state folder exists and is locked.
    [[nodiscard]] static Result<std::unique_ptr<AdminServers>> bind(
        const config::Settings& settings, const http::ServerSettings& port, const Parts& parts);
    ~AdminServers() { stop(); }
    AdminServers(const AdminServers&) = delete;
    AdminServers& operator=(const AdminServers&) = delete;

    /// Has the sinks in it from now on; `delivery` outlives the last answer, see `stop`.
    void watch(delivery::Delivery& delivery);
    void start();
    /// What of these settings concerns them. Any thread, one at a time.
    void change(const config::Settings& settings);
    /// Before the journal is closed.
    void set_draining();
    /// Answers what is waiting, and stops.
    void stop();
    /// Those of the admin port, as `http::Server::share_sockets`.
    [[nodiscard]] std::vector<http::SharedSocket> share_sockets() {
        return port_ ? port_->share_sockets() : std::vector<http::SharedSocket>{};
    }
    /// Its I/O threads.
    [[nodiscard]] std::vector<admin::Pulse::Part> pulse_parts();
    /// Of the admin port.
    [[nodiscard]] std::vector<std::string> addresses() const;

private:
    AdminServers(const config::Settings& settings, const Parts& parts);

    const http::Server& webhooks_;
    admin::KnownSinks known_;
    admin::SilenceWatch silence_;
    admin::Health health_;
    admin::Metrics metrics_;
    admin::Desk desk_;
    admin::WorkThread thread_{"admin"};
    admin::Endpoint look_;
    admin::Endpoint change_;
    admin::Inspector inspector_;
    std::optional<admin::ControlSocket> socket_;
    std::unique_ptr<http::Server> port_;
    std::unique_ptr<http::Server> control_;
};

}  // namespace verohook::app
