#pragma once

#include <verohook/base/result.hpp>
#include <verohook/base/time.hpp>

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace verohook::admin {

/// What came of reading the configuration anew; names alone, no values.
struct ReloadReport {
    std::vector<std::string> keys;  ///< In effect from now on, but for those of sinks below.
    std::vector<std::string> added_sinks;
    std::vector<std::string> changed_sinks;  ///< Begun anew; their keys are in `keys`.
    std::vector<std::string> removed_sinks;
    std::vector<std::string> needs_restart;  ///< Changed in the file, and not in effect.
};
[[nodiscard]] std::string to_json(const ReloadReport& report);
[[nodiscard]] Result<ReloadReport> parse_reload_report(std::string_view body);
/// One line for each thing that there is to say.
[[nodiscard]] std::vector<std::string> to_lines(const ReloadReport& report);

/// Whoever can read the configuration anew.
class Reloader {
public:
    virtual ~Reloader() = default;
    using Done = std::function<void(const Result<ReloadReport>& outcome)>;
    /// Blocks for no longer than it takes to queue. `done` is called once, by whichever thread.
    /// Errors: `invalid_input` with every line that is wrong, and nothing has changed; `stopping`.
    virtual void reload(Done done) = 0;
};

/// How the last reload went. Any thread.
class ReloadState {
public:
    /// What the program started with counts as the first success.
    explicit ReloadState(Timestamp started_at) : succeeded_at_(started_at) {}

    void succeeded(Timestamp at) {
        const std::lock_guard lock(mutex_);
        is_good_ = true;
        succeeded_at_ = at;
    }
    void failed() {
        const std::lock_guard lock(mutex_);
        is_good_ = false;
    }
    [[nodiscard]] bool is_good() const {
        const std::lock_guard lock(mutex_);
        return is_good_;
    }
    [[nodiscard]] Timestamp succeeded_at() const {
        const std::lock_guard lock(mutex_);
        return succeeded_at_;
    }

private:
    mutable std::mutex mutex_;
    bool is_good_ = true;
    Timestamp succeeded_at_;
};

}  // namespace verohook::admin
