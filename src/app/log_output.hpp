#pragma once

#include "config/config.hpp"

#include <chrono>
#include <memory>

namespace verohook::app {

/// Connects the program's own log to spdlog: standard error, one line a record, through a bounded
/// queue and a thread of its own, so that nobody waits for a stuck terminal. What does not fit is
/// dropped, oldest first, and counted in the next record.
class LogOutput {
public:
    explicit LogOutput(const config::Log& settings);
    ~LogOutput();
    /// Writes what is queued, for as long as `timeout`, and takes nothing more. False: somebody
    /// does not read, and the thread that writes is stuck; then the program must end without
    /// destructors.
    [[nodiscard]] bool finish(std::chrono::milliseconds timeout);
    LogOutput(const LogOutput&) = delete;
    LogOutput& operator=(const LogOutput&) = delete;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace verohook::app
