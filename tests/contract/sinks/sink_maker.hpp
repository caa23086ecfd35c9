#pragma once

#include "sink_fixture.hpp"
#include "sinks/table.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace verohook::sinks {

/// A clock that tests move.
class ManualClock final : public Clock {
public:
    explicit ManualClock(Timestamp at) : at_(at) {}
    [[nodiscard]] Timestamp now() const override { return at_; }
    void advance(std::chrono::microseconds by) { at_ += by; }

private:
    Timestamp at_;
};

using Changes = std::vector<std::pair<std::string, OptionValue>>;

/// Makes a sink of a kind with defaults and what differs from them.
[[nodiscard]] inline Result<std::unique_ptr<sink::Sink>> make_sink(
    std::string_view name, const Changes& changes, const Clock& clock = system_clock()) {
    for (const sink::SinkKind* kind : all_kinds()) {
        if (kind->name == name) {
            Options options = default_options(*kind);
            for (const auto& [key, value] : changes) {
                options.set(key, value);
            }
            return kind->make({"test", options, clock});
        }
    }
    return Error{ErrorCode::not_found, "no kind is named " + std::string(name)};
}

}  // namespace verohook::sinks
