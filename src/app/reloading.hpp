#pragma once

#include "admin/reloading.hpp"
#include "admin/work_thread.hpp"
#include "app/admin_servers.hpp"
#include "app/log_output.hpp"
#include "config/config.hpp"
#include "delivery/delivery.hpp"
#include "ingest/access_log.hpp"
#include "ingest/endpoint.hpp"

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace verohook::app {

/// Reads the configuration anew while everything runs, in a thread of its own, and has the running
/// parts take what has changed: all of it, or nothing. What fails comes first, which is reading and
/// beginning the sinks; what follows cannot fail.
class Reloading final : public admin::Reloader {
public:
    /// `file` may be empty: the built-in configuration, which never changes.
    Reloading(std::filesystem::path file, config::Settings settings, const Clock& clock);
    Reloading(const Reloading&) = delete;
    Reloading& operator=(const Reloading&) = delete;
    ~Reloading() override = default;

    /// What takes the changes; all of it outlives the last reload, see `stop`.
    struct Parts {
        journal::Journal& journal;
        ingest::Endpoint& endpoint;
        http::Server& webhooks;
        delivery::Delivery& delivery;
        AdminServers& admin;
        LogOutput& log;
        ingest::AccessLog& access_log;
    };
    /// Before the first reload.
    void attach(const Parts& parts) { parts_.emplace(parts); }

    /// Those in effect. Any thread.
    [[nodiscard]] std::shared_ptr<const config::Settings> settings() const;
    /// For whoever asks how it goes; no secrets.
    [[nodiscard]] std::string state_in_words() const;
    [[nodiscard]] const admin::ReloadState& state() const { return state_; }

    /// Any thread.
    void reload(Done done) override;
    /// The same for a signal: however many come before one has begun, it is done once.
    void hang_up();
    /// Begins none any more; false where one has not ended by then.
    [[nodiscard]] bool stop(std::chrono::steady_clock::time_point deadline);

private:
    void work(const Done& done);
    [[nodiscard]] Result<admin::ReloadReport> attempt();
    [[nodiscard]] Result<admin::ReloadReport> attempt_unless_stopping();
    void hide_secrets_of(const config::Settings& running, const config::Settings& next);
    void apply(const config::Settings& settings);
    void tell(const Result<admin::ReloadReport>& outcome);

    const std::filesystem::path file_;
    const Clock& clock_;
    std::optional<Parts> parts_;
    admin::ReloadState state_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::shared_ptr<const config::Settings> settings_;
    std::size_t waiting_ = 0;  ///< Those that have been asked for and have not ended.
    bool hang_up_waits_ = false;
    bool stopping_ = false;
    admin::WorkThread thread_{"reload"};  ///< Last, so that it ends before what it uses.
};

}  // namespace verohook::app
