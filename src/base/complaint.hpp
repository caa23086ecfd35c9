#pragma once

#include "base/log.hpp"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace verohook {

/// A warning that a sender could provoke at will: said at most once in ten seconds, with the number
/// of times it was not said. Any thread.
class Complaint {
public:
    void say(const std::string& sentence) {
        const auto now = std::chrono::steady_clock::now();
        std::uint64_t unsaid = 0;
        {
            const std::lock_guard lock(mutex_);
            if (said_ && now - last_ < std::chrono::seconds{10}) {
                ++unsaid_;
                return;
            }
            said_ = true;
            last_ = now;
            unsaid = unsaid_;
            unsaid_ = 0;
        }
        log::warn(unsaid == 0 ? sentence
                              : sentence + " (and " + std::to_string(unsaid) + " times before)");
    }

private:
    std::mutex mutex_;
    std::chrono::steady_clock::time_point last_;
    bool said_ = false;
    std::uint64_t unsaid_ = 0;
};

}  // namespace verohook
