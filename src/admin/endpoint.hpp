#pragma once

#include "admin/desk.hpp"
#include "admin/health.hpp"
#include "admin/work_thread.hpp"
#include "http/server.hpp"

namespace verohook::admin {

/// What those may do who can reach a server.
enum class Access {
    look,    ///< The admin port.
    change,  ///< The control socket: the file's mode lets in the daemon's user and root alone.
};

/// `/healthz`: the process answers. `/readyz`: it can take events; 503 and the reason if not.
/// `/status`: each sink. With `Access::change` whatever else the desk does. All is JSON.
class Endpoint final : public http::Handler {
public:
    /// All outlive the server that uses this; `thread` is stopped before the server goes.
    Endpoint(Access access, const Health& health, Desk& desk, WorkThread& thread)
        : access_(access), health_(health), desk_(desk), thread_(thread) {}

    [[nodiscard]] std::optional<http::Response> on_head(const http::RequestHead& head) override;
    void on_request(http::Exchange& exchange) override;

private:
    const Access access_;
    const Health& health_;
    Desk& desk_;
    WorkThread& thread_;
};

}  // namespace verohook::admin
