#pragma once

#include "base/posix.hpp"

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

#include <filesystem>
#include <string>

namespace verohook::app {

/// Where the lines of the program's own log go: standard error, or a file. Unlike spdlog's own
/// sinks it waits for a pipe that is full (also one that somebody has made non-blocking), and tells
/// what could not be written. One thread alone.
class LogStream final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
public:
    /// `path` empty: standard error. The file is opened by `reopen`.
    explicit LogStream(std::filesystem::path path);

    /// Opens the file anew, for one that was moved away; on failure the old one stays.
    [[nodiscard]] Result<void> reopen();
    /// Whether standard error is a stream of systemd's journal, which takes a priority before each
    /// line and has times of its own.
    [[nodiscard]] bool is_journal() const { return is_journal_; }
    /// Of the last line: an `errno`, or 0.
    [[nodiscard]] int error() const { return error_; }

protected:
    void sink_it_(const spdlog::details::log_msg& message) override;
    void flush_() override {}

private:
    const std::filesystem::path path_;
    const bool is_journal_;
    const bool is_terminal_;  ///< The level is coloured.
    Descriptor file_;
    std::string line_;
    int error_ = 0;
    bool is_torn_ = false;  ///< A line ends in its middle.
};

}  // namespace verohook::app
