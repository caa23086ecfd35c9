#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace verohook::app {

/// How far something has got, on one line of standard error, if that is a terminal; else nothing.
class ProgressBar {
public:
    /// `what`: a plural such as `events`.
    ProgressBar(std::string what, std::uint64_t total, bool wanted);
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    void advance();
    /// So much is done.
    void reach(std::uint64_t done);

private:
    void draw();

    std::string what_;
    std::uint64_t total_;
    std::uint64_t done_ = 0;
    bool on_;
    std::chrono::steady_clock::time_point next_;
};

}  // namespace verohook::app
