#pragma once

#include "delivery/task.hpp"

#include <memory>
#include <mutex>
#include <optional>

namespace verohook::delivery {

/// What became of a person at one sink; written by its worker, read by whoever has asked.
class ErasedThere {
public:
    void set(sink::Erased erased) {
        const std::lock_guard lock(mutex_);
        erased_ = std::move(erased);
    }
    [[nodiscard]] std::optional<sink::Erased> get() const {
        const std::lock_guard lock(mutex_);
        return erased_;
    }

private:
    mutable std::mutex mutex_;
    std::optional<sink::Erased> erased_;
};

/// Has a sink erase a person, also by what a keyed hash has made of the person's ids and addresses
/// there. Ends as failed where the sink is down.
[[nodiscard]] std::unique_ptr<Task> make_erase(sink::Person person,
                                               std::shared_ptr<ErasedThere> outcome);

}  // namespace verohook::delivery
