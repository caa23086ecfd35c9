#pragma once

#include "admin/health.hpp"
#include "admin/inspector/lag_history.hpp"
#include "admin/inspector/rates.hpp"
#include "admin/inspector/session.hpp"
#include "admin/inspector/stream.hpp"
#include "admin/inspector/tables.hpp"
#include "admin/known_sinks.hpp"
#include "admin/work_thread.hpp"
#include "delivery/delivery.hpp"
#include "http/server.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace verohook::admin {

struct InspectorSettings {
    bool enabled = true;
    bool redacted = false;  ///< E-mail addresses are hidden.
    std::vector<std::string> tokens = {};
};

/// Where webhooks come in, for people.
struct WebhookPlace {
    std::vector<std::string> urls = {};  ///< Without the secret.
    std::string secret = {};             ///< Empty: none is needed.
};

/// The page at `/` of the admin port, and what it asks for at `/api/`. Any thread.
class Inspector final : public http::Handler {
public:
    struct Parts {
        journal::Journal& journal;
        const Health& health;
        const KnownSinks& known;
        const Clock& clock;
        std::string_view version;
        OpenTables open_tables;
    };
    /// `parts` outlive it, and `rest`, which gets whatever is not the inspector's.
    Inspector(Parts parts, InspectorSettings settings, http::Handler& rest);

    void watch(delivery::Delivery& delivery) { delivery_ = &delivery; }
    void set_webhook(WebhookPlace place);
    void change(InspectorSettings settings);
    void start();
    /// Answers what waits. Before the server that uses this goes.
    void stop();

    [[nodiscard]] std::optional<http::Response> on_head(const http::RequestHead& head) override;
    void on_request(http::Exchange& exchange) override;

private:
    /// What may wait for the disk; on the thread of its own.
    [[nodiscard]] http::Response look(const http::RequestHead& head);
    [[nodiscard]] http::Response change(http::Exchange& exchange);
    [[nodiscard]] http::Response overview() const;
    [[nodiscard]] http::Response session(const http::RequestHead& head) const;
    [[nodiscard]] http::Response events(std::string_view query) const;
    [[nodiscard]] http::Response event(std::string_view number) const;
    [[nodiscard]] http::Response rates(std::string_view query);
    [[nodiscard]] http::Response deliver(std::string_view number, std::string_view body);
    [[nodiscard]] http::Response log_in(std::string_view body);
    /// What may wait for another machine; on a thread of its own, too.
    [[nodiscard]] http::Response read_tables(const http::RequestHead& head) const;
    [[nodiscard]] http::Response samples() const;
    void post(WorkThread& thread, http::Exchange& exchange, std::function<http::Response()> work);
    void watch_lag(const std::stop_token& stop);
    void stream(http::Exchange& exchange);
    [[nodiscard]] WebhookPlace webhook() const;
    void respond(http::Exchange& exchange, http::Response response) const;

    [[nodiscard]] bool owns(std::string_view path) const;

    const Parts parts_;
    http::Handler& rest_;
    Sessions sessions_;
    std::atomic<bool> enabled_;
    std::atomic<bool> redacted_;
    std::atomic<delivery::Delivery*> delivery_{nullptr};
    mutable std::mutex mutex_;
    WebhookPlace webhook_;  ///< Guarded by the mutex.
    Rates hour_;            ///< Used by `thread_` alone, as `week_`.
    Rates week_;
    EventStream stream_;
    LagHistory lags_;
    WorkThread thread_{"inspector"};
    WorkThread slow_{"inspector slow"};
    std::condition_variable_any stopping_;
    std::jthread lag_thread_;
};

}  // namespace verohook::admin
