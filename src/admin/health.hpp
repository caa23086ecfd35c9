#pragma once

#include "admin/desk.hpp"
#include "admin/work_thread.hpp"
#include "delivery/delivery.hpp"
#include "http/server.hpp"
#include "journal/journal.hpp"

#include <atomic>
#include <string_view>

namespace verohook::admin {

/// `starting`, `idle`, …
[[nodiscard]] std::string_view state_text(delivery::State state);

/// What is common to the admin port and the control socket of one daemon. Any thread.
class Health {
public:
    /// `journal` outlives it.
    explicit Health(const journal::Journal& journal) : journal_(journal) {}
    /// Tells the sinks' state too, from now on; `delivery` outlives the servers that use this.
    void watch(const delivery::Delivery& delivery) { delivery_ = &delivery; }
    /// Not ready any more, since the program is stopping.
    void set_draining() { draining_ = true; }
    /// What `/readyz` answers.
    [[nodiscard]] http::Response readiness() const;

private:
    const journal::Journal& journal_;
    std::atomic<const delivery::Delivery*> delivery_{nullptr};
    std::atomic<bool> draining_{false};
};

}  // namespace verohook::admin
