#pragma once

#include "delivery/delivery.hpp"
#include "http/server.hpp"
#include "journal/journal.hpp"

#include <atomic>

/// What the program says of itself to those who run it.
namespace verohook::admin {

/// `/healthz`: the process answers. `/readyz`: it can take events; 503 and the reason if not.
/// Both are JSON. Any thread.
class Health final : public http::Handler {
public:
    /// `journal` outlives it.
    explicit Health(const journal::Journal& journal) : journal_(journal) {}

    /// Tells the sinks' state too, from now on; `delivery` outlives the server that uses this.
    void watch(const delivery::Delivery& delivery) { delivery_ = &delivery; }
    /// Not ready any more, since the program is stopping.
    void set_draining() { draining_ = true; }

    [[nodiscard]] std::optional<http::Response> on_head(const http::RequestHead& head) override;
    void on_request(http::Exchange& exchange) override;

private:
    [[nodiscard]] http::Response readiness() const;

    const journal::Journal& journal_;
    std::atomic<const delivery::Delivery*> delivery_{nullptr};
    std::atomic<bool> draining_{false};
};

}  // namespace verohook::admin
