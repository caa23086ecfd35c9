#pragma once

#include "sink_fixture.hpp"
#include "sinks/table.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
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
    std::string_view name, const Changes& changes, const Clock& clock = system_clock(),
    event::Format format = event::Format::json) {
    for (const sink::SinkKind* kind : all_kinds()) {
        if (kind->name == name) {
            Options options = default_options(*kind);
            for (const auto& [key, value] : changes) {
                options.set(key, value);
            }
            return kind->make({"test", options, clock, {}, {}, format});
        }
    }
    return Error{ErrorCode::not_found, "no kind is named " + std::string(name)};
}

/// What a kind has against its defaults with these changes: `KEY: SENTENCE`, `KEY[ENTRY]: …`.
[[nodiscard]] inline std::vector<std::string> complaints(std::string_view name,
                                                         const Changes& changes) {
    std::vector<std::string> texts;
    for (const sink::SinkKind* kind : all_kinds()) {
        if (kind->name != name || kind->check == nullptr) {
            continue;
        }
        Options options = default_options(*kind);
        for (const auto& [key, value] : changes) {
            options.set(key, value);
        }
        for (const OptionComplaint& each : kind->check(options)) {
            const std::string entry = each.entry ? "[" + std::to_string(*each.entry) + "]" : "";
            texts.push_back(std::string(each.key) + entry + ": " + each.sentence);
        }
    }
    return texts;
}

}  // namespace verohook::sinks
