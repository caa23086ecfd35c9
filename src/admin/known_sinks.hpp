#pragma once

#include "admin/status.hpp"

#include <mutex>
#include <utility>
#include <vector>

namespace verohook::admin {

/// The sinks of the configuration as it stands now. Any thread.
class KnownSinks {
public:
    explicit KnownSinks(std::vector<KnownSink> sinks) : sinks_(std::move(sinks)) {}

    [[nodiscard]] std::vector<KnownSink> all() const {
        const std::lock_guard lock(mutex_);
        return sinks_;
    }
    void replace(std::vector<KnownSink> sinks) {
        const std::lock_guard lock(mutex_);
        sinks_ = std::move(sinks);
    }

private:
    mutable std::mutex mutex_;
    std::vector<KnownSink> sinks_;
};

}  // namespace verohook::admin
