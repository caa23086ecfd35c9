#pragma once

#include "delivery/delivery.hpp"
#include "fake_sink.hpp"
#include "support/memory_journal.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace verohook::delivery {

/// One journal, one delivery, and settings whose waits are too short to notice.
class DeliveryTest : public testing::Test {
protected:
    static constexpr std::chrono::milliseconds patience{60'000};

    static SinkSettings settings(std::string name) {
        SinkSettings settings;
        settings.kind = &fake_kind();
        settings.name = std::move(name);
        settings.limits.backoff_min = std::chrono::milliseconds{1};
        settings.limits.backoff_max = std::chrono::milliseconds{2};
        return settings;
    }

    static std::string body(int number) {
        return R"({"type":"sent","sent_at":1435016238,"user":{"id":)" + std::to_string(number) +
               "}}";
    }

    /// Adds bodies `first` to `last`; returns the newest seq.
    journal::Seq add(int first, int last) {
        for (int number = first; number <= last; ++number) {
            journal.add(body(number));
        }
        return journal.newest();
    }

    void start(std::vector<SinkSettings> sinks) {
        auto started = Delivery::start(std::move(sinks), journal, system_clock());
        ASSERT_TRUE(started) << started.error().message;
        delivery = std::move(*started);
    }
    void start(SinkSettings sink) {
        std::vector<SinkSettings> sinks;
        sinks.push_back(std::move(sink));
        start(std::move(sinks));
    }

    [[nodiscard]] SinkStatus status(std::size_t index = 0) const {
        return delivery->status().at(index);
    }

    test::MemoryJournal journal;
    FakeTarget target{"main"};
    std::unique_ptr<Delivery> delivery;
};

}  // namespace verohook::delivery
