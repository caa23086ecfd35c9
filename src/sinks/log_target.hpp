#pragma once

#include "sinks/line_file.hpp"
#include "sinks/lines.hpp"

#include <verohook/sink/sink.hpp>

#include <memory>

#include <spdlog/sinks/sink.h>

namespace verohook::sinks {

/// Where log lines go: an spdlog sink that takes the records of a batch, and a write that says what
/// became of them. spdlog's own file and console sinks drop a line that could not be written. One
/// thread.
class LogTarget {
public:
    virtual ~LogTarget() = default;
    LogTarget(const LogTarget&) = delete;
    LogTarget& operator=(const LogTarget&) = delete;

    /// What the logger writes to; lives as long as this.
    [[nodiscard]] virtual spdlog::sink_ptr input() = 0;
    /// Checks that lines can go out, before the first of a batch does.
    [[nodiscard]] virtual Result<void> begin() = 0;
    /// The records of the event `seq` are complete, of which there may be none.
    virtual void end_of_event(std::uint64_t seq) = 0;
    /// Writes the batch; the outcome counts events.
    [[nodiscard]] virtual sink::Outcome write() = 0;
    /// Opens anew what has a path.
    virtual void reopen() {}

protected:
    LogTarget() = default;
};

/// Standard error; delivered means written.
[[nodiscard]] std::unique_ptr<LogTarget> make_stderr_target();
/// A file; delivered means synced. Opened here.
[[nodiscard]] Result<std::unique_ptr<LogTarget>> make_file_target(LineFileSettings settings,
                                                                  const Clock& clock);
/// The system's log. The interface of syslog(3) tells of no failure: a record may be lost there.
[[nodiscard]] std::unique_ptr<LogTarget> make_syslog_target();

}  // namespace verohook::sinks
