#include "app/reloading.hpp"

#include "app/settings.hpp"
#include "app/systemd.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "config/change.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace verohook::app {

namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

delivery::SinkChanges sink_changes(const config::Change& change, const config::Settings& settings) {
    delivery::SinkChanges changes;
    changes.removed = change.removed_sinks;
    for (delivery::SinkSettings& sink : sink_settings(settings)) {
        if (contains(change.added_sinks, sink.name)) {
            changes.added.push_back(std::move(sink));
        } else if (contains(change.changed_sinks, sink.name)) {
            changes.changed.push_back(std::move(sink));
        }
    }
    return changes;
}

const Error& stopping() {
    static const Error error{ErrorCode::stopping, "the program is stopping; nothing was reloaded"};
    return error;
}

}  // namespace

Reloading::Reloading(std::filesystem::path file, config::Settings settings, const Clock& clock)
    : file_(std::move(file)),
      clock_(clock),
      state_(clock.now()),
      settings_(std::make_shared<const config::Settings>(std::move(settings))) {}

std::shared_ptr<const config::Settings> Reloading::settings() const {
    const std::lock_guard lock(mutex_);
    return settings_;
}

void Reloading::reload(Done done) {
    {
        const std::lock_guard lock(mutex_);
        ++waiting_;
    }
    const bool posted = thread_.post([this, done = std::move(done)] { work(done); });
    VEROHOOK_CHECK(posted);  // The thread ends with this object.
}

void Reloading::hang_up() {
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(hang_up_waits_, true)) {
            return;
        }
        ++waiting_;
    }
    const bool posted = thread_.post([this] {
        {
            const std::lock_guard lock(mutex_);
            hang_up_waits_ = false;
        }
        work([](const Result<admin::ReloadReport>&) {});
    });
    VEROHOOK_CHECK(posted);
}

bool Reloading::stop(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    return changed_.wait_until(lock, deadline, [this] { return waiting_ == 0; });
}

void Reloading::work(const Done& done) {
    notify_reloading();
    const auto outcome = attempt_unless_stopping();
    tell(outcome);
    if (outcome || outcome.error().code != ErrorCode::stopping) {
        notify_ready(state_in_words());
    }
    done(outcome);
    const std::lock_guard lock(mutex_);
    --waiting_;
    changed_.notify_all();
}

Result<admin::ReloadReport> Reloading::attempt_unless_stopping() {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) {
            return stopping();
        }
    }
    return attempt();
}

Result<admin::ReloadReport> Reloading::attempt() {
    const auto running = settings();
    const auto wanted = load_settings(file_);
    if (!wanted) {
        return wanted.error();
    }
    const auto next = config::merge(*running, *wanted, file_);
    if (!next) {
        return next.error();
    }
    hide_secrets_of(*running, *next);
    const config::Change change = config::difference(*running, *wanted, kind_options());
    const auto delivering =
        parts_->delivery.change(sink_changes(change, *next), running->shutdown_timeout);
    if (!delivering) {
        return delivering.error().code == ErrorCode::stopping ? stopping() : delivering.error();
    }
    apply(*next);
    {
        const std::lock_guard lock(mutex_);
        settings_ = std::make_shared<const config::Settings>(*next);
    }
    return admin::ReloadReport{change.keys, change.added_sinks, change.changed_sinks,
                               change.removed_sinks, change.restart_keys};
}

/// Old ones too: what comes with them meanwhile must not be told of either.
void Reloading::hide_secrets_of(const config::Settings& running, const config::Settings& next) {
    std::vector<std::string> secrets = config::secrets_of(running, kind_options());
    std::vector<std::string> more = config::secrets_of(next, kind_options());
    std::move(more.begin(), more.end(), std::back_inserter(secrets));
    parts_->log.set_secrets(secrets);
}

std::string Reloading::state_in_words() const {
    std::size_t sinks = 0;
    const auto running = settings();
    for (const config::SinkConfig& sink : running->sinks) {
        sinks += sink.enabled ? 1 : 0;
    }
    std::string words =
        "Taking events, delivering to " + std::to_string(sinks) + (sinks == 1 ? " sink" : " sinks");
    return state_.is_good() ? words
                            : words +
                                  "; the configuration file was refused, see the log: what "
                                  "was read at " +
                                  format_seconds(state_.succeeded_at()) + " is in effect";
}

void Reloading::apply(const config::Settings& settings) {
    http::ServerSettings webhooks = server_settings(settings);
    http::ServerSettings admin = admin_settings(settings);
    fit_to_descriptors(webhooks, admin);
    parts_->webhooks.set_limits(webhooks.limits);
    parts_->webhooks.set_proxies(webhooks.proxies);
    parts_->webhooks.let_go(parts_->endpoint.change(endpoint_settings(settings)));
    parts_->journal.set_limits(settings.journal);
    parts_->admin.change(settings);
    parts_->access_log.configure(access_settings(settings));
    log::set_level(settings.log.level);
}

void Reloading::tell(const Result<admin::ReloadReport>& outcome) {
    if (outcome) {
        state_.succeeded(clock_.now());
        for (const std::string& line : admin::to_lines(*outcome)) {
            log::info("reloaded the configuration: " + line);
        }
        return;
    }
    const Error error = outcome.error();
    if (error.code == ErrorCode::stopping) {
        log::info(error.message);
        return;
    }
    state_.failed();
    log::error("the configuration was not reloaded, and nothing has changed:");
    std::string_view rest = error.message;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        log::error(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
}

}  // namespace verohook::app
