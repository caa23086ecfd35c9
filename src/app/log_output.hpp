#pragma once

#include "base/log_counts.hpp"
#include "config/config.hpp"

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace verohook::app {

/// Connects the program's own log to spdlog: standard error or a file, one line a record, through a
/// bounded queue and a thread of its own, so that nobody waits for a stuck terminal or a full disk.
/// What does not fit is dropped and counted, and the log says how much once there is room again.
class LogOutput {
public:
    /// `secrets`: what must not stand in it.
    [[nodiscard]] static Result<std::unique_ptr<LogOutput>> open(
        const config::Log& settings, const std::vector<std::string>& secrets);
    ~LogOutput();
    LogOutput(const LogOutput&) = delete;
    LogOutput& operator=(const LogOutput&) = delete;

    /// Opens the file anew; the log says if it cannot. Any thread, waits for nothing.
    void reopen();
    /// Replaces them. Any thread. (The level is `log::set_level`'s.)
    void set_secrets(const std::vector<std::string>& secrets);
    [[nodiscard]] const log::Counts& counts() const;

    /// Writes what is queued, for as long as `timeout`, and takes nothing more. False: somebody
    /// does not read, and the thread that writes is stuck; then the program must end without
    /// waiting for it.
    [[nodiscard]] bool finish(std::chrono::milliseconds timeout);

private:
    class Writer;
    explicit LogOutput(std::shared_ptr<Writer> writer);

    std::shared_ptr<Writer> writer_;  ///< Its thread has it too, and may be stuck.
    std::future<void> ended_;
    std::thread thread_;
};

}  // namespace verohook::app
