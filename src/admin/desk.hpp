#pragma once

#include "admin/forgetting.hpp"
#include "admin/known_sinks.hpp"
#include "admin/status.hpp"
#include "http/message.hpp"

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

namespace verohook::admin {

/// Answers what may take a while: looks into the journal's file, gives tasks to sinks, changes dead
/// letters. The same code serves the control socket of a daemon and a command that holds the
/// journal itself. Any thread that may block.
class Desk {
public:
    /// All of them outlive it.
    Desk(journal::Journal& journal, const Clock& clock, const KnownSinks& sinks)
        : journal_(journal), clock_(clock), sinks_(sinks), forgetting_(journal_, clock_, sinks_) {}

    /// From now on there are sinks to be told of; `delivery` outlives the use of this.
    void watch(delivery::Delivery& delivery) { delivery_ = &delivery; }

    /// `GET /status`; `POST /sinks/NAME/replay|retry|drop`; `GET` or `DELETE /tasks/ID`;
    /// `GET` or `POST /forget`.
    [[nodiscard]] http::Response answer(std::string_view method, std::string_view path,
                                        std::string_view body);

private:
    [[nodiscard]] http::Response status();
    [[nodiscard]] http::Response post(const std::string& sink, std::string_view action,
                                      std::string_view body);
    [[nodiscard]] http::Response submit(const std::string& sink,
                                        std::unique_ptr<delivery::Task> task);
    [[nodiscard]] http::Response drop(const std::string& sink, std::string_view body);
    [[nodiscard]] http::Response forget(std::string_view method, std::string_view body);
    [[nodiscard]] http::Response task(std::string_view method, std::string_view id);

    journal::Journal& journal_;
    const Clock& clock_;
    const KnownSinks& sinks_;
    std::atomic<delivery::Delivery*> delivery_{nullptr};
    Forgetting forgetting_;
};

}  // namespace verohook::admin
