#include "app/admin_servers.hpp"

#include "app/settings.hpp"

#include <utility>

namespace verohook::app {

namespace {

/// People and scripts, one command each.
constexpr std::size_t control_connections_max = 16;
constexpr unsigned control_mode = 0600;

admin::InspectorSettings inspector_settings(const config::Settings& settings) {
    return {settings.inspector.enabled, settings.inspector.redact, settings.admin.tokens};
}

admin::WebhookPlace webhook_place(const config::Settings& settings, const http::Server& webhooks) {
    admin::WebhookPlace place;
    for (const std::string& address : webhooks.addresses()) {
        place.urls.push_back((address.starts_with("unix:")
                                  ? "http+unix://" + address.substr(5) + ":"
                                  : "http://" + address) +
                             settings.http.path);
    }
    place.secret = settings.auth.secrets.empty() ? "" : settings.auth.secrets.front();
    return place;
}

}  // namespace

AdminServers::AdminServers(const config::Settings& settings, const Parts& parts)
    : webhooks_(parts.webhooks),
      known_(known_sinks(settings)),
      silence_(parts.journal, parts.clock, settings.admin.watch.silence_max),
      health_(parts.journal, silence_, settings.state_dir,
              settings.admin.watch.disk_free_bytes_min),
      metrics_({parts.webhooks, parts.events, parts.journal, health_, silence_, parts.log,
                parts.reloads, known_, parts.clock},
               VEROHOOK_VERSION, settings.journal.retention_bytes_max),
      desk_(parts.journal, parts.clock, known_),
      look_(admin::Access::look, {health_, metrics_, desk_, thread_, parts.reloader},
            settings.admin.tokens),
      change_(admin::Access::change, {health_, metrics_, desk_, thread_, parts.reloader}),
      inspector_({parts.journal, health_, known_, parts.clock, VEROHOOK_VERSION, parts.open_tables},
                 inspector_settings(settings), look_) {
    inspector_.set_webhook(webhook_place(settings, webhooks_));
}

Result<std::unique_ptr<AdminServers>> AdminServers::bind(const config::Settings& settings,
                                                         const http::ServerSettings& port,
                                                         const Parts& parts) {
    std::unique_ptr<AdminServers> servers(new AdminServers(settings, parts));
    if (!port.listen.empty()) {
        auto bound = http::Server::bind(port, servers->inspector_, parts.clock);
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
    auto bound = http::Server::bind(control, servers->change_, parts.clock);
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
    metrics_.watch(delivery);
    desk_.watch(delivery);
    inspector_.watch(delivery);
}

void AdminServers::start() {
    if (port_) {
        port_->start();
    }
    control_->start();
    inspector_.start();
    silence_.start();
}

void AdminServers::change(const config::Settings& settings) {
    known_.replace(known_sinks(settings));
    silence_.set_limit(settings.admin.watch.silence_max);
    health_.set_disk_free_min(settings.admin.watch.disk_free_bytes_min);
    metrics_.set_retention_bytes_max(settings.journal.retention_bytes_max);
    look_.set_tokens(settings.admin.tokens);
    inspector_.change(inspector_settings(settings));
    inspector_.set_webhook(webhook_place(settings, webhooks_));
}

void AdminServers::set_draining() {
    health_.set_draining();
    silence_.stop();
}

void AdminServers::stop() {
    silence_.stop();
    // What is waiting gets its answer before the connections go.
    inspector_.stop();
    thread_.stop();
    for (auto* server : {&port_, &control_}) {
        if (*server) {
            (*server)->drain(std::chrono::milliseconds{100});
        }
    }
}

std::vector<admin::Pulse::Part> AdminServers::pulse_parts() {
    std::vector<admin::Pulse::Part> parts;
    for (const auto& [name, server] :
         {std::pair{"the admin port's I/O thread", port_.get()},
          std::pair{"the control socket's I/O thread", control_.get()}}) {
        if (server != nullptr) {
            parts.push_back(
                {name, [server = server](auto thing) { server->let_go(std::move(thing)); }});
        }
    }
    return parts;
}

std::vector<std::string> AdminServers::addresses() const {
    return port_ ? port_->addresses() : std::vector<std::string>{};
}

}  // namespace verohook::app
