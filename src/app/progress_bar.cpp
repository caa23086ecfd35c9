#include "app/progress_bar.hpp"

#include "app/columns.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <unistd.h>

namespace verohook::app {

namespace {

constexpr std::chrono::milliseconds interval{100};
constexpr std::size_t progress_width = 30;
/// The clock is not asked for each of many quick steps.
constexpr std::uint64_t steps = 64;

}  // namespace

ProgressBar::ProgressBar(std::string what, std::uint64_t total, bool wanted)
    : what_(std::move(what)),
      total_(total),
      on_(wanted && ::isatty(STDERR_FILENO) == 1),
      next_(std::chrono::steady_clock::now()) {}

ProgressBar::~ProgressBar() {
    if (on_) {
        draw();
        std::fputc('\n', stderr);
    }
}

void ProgressBar::advance() {
    ++done_;
    if (!on_ || done_ % steps != 0 || std::chrono::steady_clock::now() < next_) {
        return;
    }
    next_ = std::chrono::steady_clock::now() + interval;
    draw();
}

void ProgressBar::reach(std::uint64_t done) {
    done_ = done;
    if (!on_ || std::chrono::steady_clock::now() < next_) {
        return;
    }
    next_ = std::chrono::steady_clock::now() + interval;
    draw();
}

void ProgressBar::draw() {
    // What is written meanwhile may be more than was counted before.
    const std::uint64_t total = std::max(total_, done_);
    const double share = total == 0 ? 1 : static_cast<double>(done_) / static_cast<double>(total);
    const std::string line = "\r" + bar(share, progress_width) + " " +
                             right(percent(done_, total), 7) + "  " + with_thousands(done_) +
                             " of " + with_thousands(total) + " " + what_;
    std::fputs(line.c_str(), stderr);
    std::fflush(stderr);
}

}  // namespace verohook::app
