#include "app/daemon.hpp"

#include "app/customer_commands.hpp"
#include "app/settings.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace verohook::app {

namespace {

/// How long whoever connects during a restart waits for a sink that stands still. What that one has
/// in hand is offered again.
constexpr std::chrono::milliseconds restart_wait{2000};

ExitStatus status_for(const Error& error) {
    return error.code == ErrorCode::invalid_input ? exit_configuration : exit_state;
}

}  // namespace

Daemon::Daemon(const std::filesystem::path& file, const config::Settings& settings, LogOutput& log)
    : log_(log),
      access_log_(access_settings(settings)),
      reloading_(file, settings, system_clock()) {}

Result<void> Daemon::open(http::HandedSockets& handed, ExitStatus& status) {
    // Held, for a reload replaces them.
    const auto held_settings = reloading_.settings();
    const config::Settings& settings = *held_settings;
    if (handed.are_own()) {
        // For systemd this process runs already, and the journal may take its time.
        watchdog_.start_until(std::chrono::steady_clock::time_point::max());
    }
    auto journal = journal::open_sqlite_journal(journal_settings(settings), system_clock());
    if (!journal) {
        status = exit_state;
        return journal.error();
    }
    journal_ = std::move(*journal);
    endpoint_ = std::make_unique<ingest::Endpoint>(endpoint_settings(settings), *journal_);
    status = exit_address;
    auto public_port = server_settings(settings);
    auto admin_port = admin_settings(settings);
    fit_to_descriptors(public_port, admin_port);
    public_port.access = &access_log_;
    public_port.handed = admin_port.handed = &handed;
    handed.reserve(public_port.listen);
    handed.reserve(admin_port.listen);
    auto server = http::Server::bind(public_port, *endpoint_, system_clock());
    if (!server) {
        return server.error();
    }
    server_ = std::move(*server);
    auto admin = AdminServers::bind(
        settings, admin_port,
        {*journal_, *server_, endpoint_->counts(), log_.counts(), system_clock(), reloading_,
         reloading_.state(), [this] { return open_tables(*reloading_.settings()); }});
    if (!admin) {
        return admin.error();
    }
    admin_ = std::move(*admin);
    if (const auto rest = handed.rest(); !rest.empty() && !handed.are_own()) {
        // Whoever connects there would wait for ever.
        return Error{ErrorCode::invalid_input,
                     "a socket at " + rest.front() +
                         " was handed over that stands in neither http.listen nor admin.listen"};
    }
    handed.close_rest();
    auto delivery = delivery::Delivery::start(sink_settings(settings), *journal_, system_clock());
    if (!delivery) {
        status = status_for(delivery.error());
        return delivery.error();
    }
    delivery_ = std::move(*delivery);
    admin_->watch(*delivery_);
    reloading_.attach({*journal_, *endpoint_, *server_, *delivery_, *admin_, log_, access_log_});
    return {};
}

void Daemon::start() {
    server_->start();
    admin_->start();
    announce();
    watchdog_.start(pulse());
    notify_ready(reloading_.state_in_words());
}

admin::Pulse Daemon::pulse() {
    std::vector<admin::Pulse::Part> parts = admin_->pulse_parts();
    parts.push_back({"the journal's writer",
                     [&journal = *journal_](auto thing) { journal.let_go(std::move(thing)); }});
    parts.push_back({"an I/O thread of the webhook's port",
                     [&server = *server_](auto thing) { server.let_go(std::move(thing)); }});
    return admin::Pulse(std::move(parts));
}

void Daemon::reopen() {
    log_.reopen();
    delivery_->request_reopen();
}

void Daemon::stop() {
    notify_stopping("Answering what is in flight, and letting the sinks finish");
    end(Ending::at_newest);
}

std::vector<http::SharedSocket> Daemon::stop_for_restart() {
    notify_reloading();
    std::vector<http::SharedSocket> sockets = server_->share_sockets();
    const std::vector<http::SharedSocket> more = admin_->share_sockets();
    sockets.insert(sockets.end(), more.begin(), more.end());
    end(Ending::in_their_tracks);
    return sockets;
}

void Daemon::end(Ending ending) {
    const auto deadline =
        std::chrono::steady_clock::now() + reloading_.settings()->shutdown_timeout;
    watchdog_.start_until(deadline);
    const auto left = [&] {
        return std::max(std::chrono::milliseconds{0},
                        std::chrono::duration_cast<std::chrono::milliseconds>(
                            deadline - std::chrono::steady_clock::now()));
    };
    admin_->set_draining();
    // Half of the time for requests at the most, so that sinks get the other half.
    if (!server_->drain(left() / 2)) {
        log::warn("some connections did not end in time and were cut off");
    }
    const bool ended = ending == Ending::at_newest
                           ? delivery_->stop(left())
                           : delivery_->stop_where_they_are(std::min(left(), restart_wait));
    if (!ended) {
        log::warn("a sink did not finish in time; it goes on from its position at the next start");
    }
    const bool reloaded = reloading_.stop(deadline);
    journal_->close();
    admin_->stop();
    stuck_ = !ended || !reloaded;
    watchdog_.stop();
}

void Daemon::announce() const {
    // Held, for a reload replaces them.
    const auto held_settings = reloading_.settings();
    const config::Settings& settings = *held_settings;
    log::info("journal in " + settings.state_dir.string() + ", newest event " +
              std::to_string(journal_->newest()));
    std::string example;
    for (const std::string& address : server_->addresses()) {
        log::info("listening on " + address + ", path " + settings.http.path);
        if (example.empty()) {
            example = address;
        }
    }
    for (const std::string& address : admin_->addresses()) {
        log::info("health on http://" + address + "/readyz, metrics on /metrics");
    }
    std::vector<std::string> names;
    for (const config::SinkConfig& sink : settings.sinks) {
        if (sink.enabled) {
            names.push_back(sink.name + " (" + sink.kind + ")");
        }
    }
    log::info("sinks: " + (names.empty() ? "none" : join(names)));
    log::info("try it: " + curl_line(example));
}

std::string Daemon::curl_line(const std::string& address) const {
    // Held, for a reload replaces them.
    const auto held_settings = reloading_.settings();
    const config::Settings& settings = *held_settings;
    const bool unix_socket = address.starts_with("unix:");
    std::string line = "curl ";
    if (unix_socket) {
        line += "--unix-socket " + address.substr(5) + " ";
    }
    if (settings.http.proxy_protocol) {
        line += "--haproxy-protocol ";
    }
    line += R"(-d '{"type":"opened","user":{"id":1},"opened_at":)";
    line += std::to_string(
        std::chrono::duration_cast<std::chrono::seconds>(system_clock().now().time_since_epoch())
            .count());
    line += "}' http://" + (unix_socket ? "localhost" : address) + settings.http.path;
    return line + (settings.auth.secrets.empty() ? "" : "/SECRET");
}

}  // namespace verohook::app
