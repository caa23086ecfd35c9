#include "app/admin_servers.hpp"

#include "app/settings.hpp"

#include <utility>

namespace verohook::app {

namespace {

/// People and scripts, one command each.
constexpr std::size_t control_connections_max = 16;
constexpr unsigned control_mode = 0600;

}  // namespace

AdminServers::AdminServers(const config::Settings& settings, journal::Journal& journal,
                           const Clock& clock)
    : health_(journal),
      desk_(journal, clock, known_sinks(settings)),
      look_(admin::Access::look, health_, desk_, thread_),
      change_(admin::Access::change, health_, desk_, thread_) {}

Result<std::unique_ptr<AdminServers>> AdminServers::bind(const config::Settings& settings,
                                                         const http::ServerSettings& port,
                                                         journal::Journal& journal,
                                                         const Clock& clock) {
    std::unique_ptr<AdminServers> servers(new AdminServers(settings, journal, clock));
    if (!port.listen.empty()) {
        auto bound = http::Server::bind(port, servers->look_, clock);
        if (!bound) {
            return bound.error();
        }
        servers->port_ = std::move(*bound);
    }
    auto socket = admin::ControlSocket::in(settings.state_dir);
    if (!socket) {
        return socket.error();
    }
    servers->socket_.emplace(std::move(*socket));
    http::ServerSettings control;
    control.listen = {servers->socket_->listen_address()};
    control.unix_mode = control_mode;
    control.threads = 1;
    control.limits.connections_max = control_connections_max;
    auto bound = http::Server::bind(control, servers->change_, clock);
    if (!bound) {
        return Error{bound.error().code, "the control socket " +
                                             (settings.state_dir / "admin.sock").string() +
                                             " cannot be made: " + bound.error().message};
    }
    servers->control_ = std::move(*bound);
    return servers;
}

void AdminServers::watch(delivery::Delivery& delivery) {
    health_.watch(delivery);
    desk_.watch(delivery);
}

void AdminServers::start() {
    if (port_) {
        port_->start();
    }
    control_->start();
}

void AdminServers::stop() {
    // What is waiting gets its answer before the connections go.
    thread_.stop();
    for (auto* server : {&port_, &control_}) {
        if (*server) {
            (*server)->drain(std::chrono::milliseconds{100});
        }
    }
}

std::vector<std::string> AdminServers::addresses() const {
    return port_ ? port_->addresses() : std::vector<std::string>{};
}

}  // namespace verohook::app
