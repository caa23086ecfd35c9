#pragma once

#include "admin/desk.hpp"
#include "admin/health.hpp"
#include "admin/metrics.hpp"
#include "admin/reloading.hpp"
#include "admin/work_thread.hpp"
#include "http/server.hpp"

#include <mutex>
#include <string>
#include <vector>

namespace verohook::admin {

/// What those may do who can reach a server.
enum class Access {
    look,    ///< The admin port.
    change,  ///< The control socket: the file's mode lets in the daemon's user and root alone.
};

/// What an endpoint answers with; all outlive the server that uses it, and `thread` is stopped
/// before the server goes.
struct EndpointParts {
    const Health& health;
    const Metrics& metrics;
    Desk& desk;
    WorkThread& thread;
    Reloader& reloader;
};

/// `/healthz`: the process answers. `/readyz`: it can take events; 503 and the reason if not.
/// `/status`: each sink. `/metrics`. With `Access::change` `POST /reload`, and whatever else the
/// desk does.
class Endpoint final : public http::Handler {
public:
    /// With any `tokens`, everything but `/healthz` needs one of them.
    Endpoint(Access access, const EndpointParts& parts, std::vector<std::string> tokens = {})
        : access_(access), parts_(parts), tokens_(std::move(tokens)) {}
    /// From the next request on. Any thread.
    void set_tokens(std::vector<std::string> tokens);

    [[nodiscard]] std::optional<http::Response> on_head(const http::RequestHead& head) override;
    void on_request(http::Exchange& exchange) override;

private:
    [[nodiscard]] bool may_look(const http::RequestHead& head) const;
    [[nodiscard]] http::Response work(http::Exchange& exchange) const;

    const Access access_;
    const EndpointParts parts_;
    mutable std::mutex mutex_;
    std::vector<std::string> tokens_;  ///< Guarded by the mutex.
};

}  // namespace verohook::admin
