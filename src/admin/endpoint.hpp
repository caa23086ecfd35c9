#pragma once

#include "admin/desk.hpp"
#include "admin/health.hpp"
#include "admin/metrics.hpp"
#include "admin/work_thread.hpp"
#include "http/server.hpp"

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
};

/// `/healthz`: the process answers. `/readyz`: it can take events; 503 and the reason if not.
/// `/status`: each sink. `/metrics`. With `Access::change` whatever else the desk does.
class Endpoint final : public http::Handler {
public:
    /// With any `tokens`, everything but `/healthz` needs one of them.
    Endpoint(Access access, const EndpointParts& parts, std::vector<std::string> tokens = {})
        : access_(access), parts_(parts), tokens_(std::move(tokens)) {}

    [[nodiscard]] std::optional<http::Response> on_head(const http::RequestHead& head) override;
    void on_request(http::Exchange& exchange) override;

private:
    [[nodiscard]] bool may_look(const http::RequestHead& head) const;
    [[nodiscard]] http::Response work(http::Exchange& exchange) const;

    const Access access_;
    const EndpointParts parts_;
    const std::vector<std::string> tokens_;
};

}  // namespace verohook::admin
