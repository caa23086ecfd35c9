#include "sinks/kafka_producer.hpp"
#include "sinks/kafka_settings.hpp"

#include <verohook/sink/sink.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>

/// Produces to a topic of Kafka; delivered is what the brokers have acknowledged.
///
/// A batch goes out as a whole. One that fails leaves it open what the brokers will still get of
/// it, so the producer is made anew, and what has no acknowledgement is sent again from its
/// beginning: in each partition the first sight of every event is in order.
namespace verohook::sinks {

namespace {

constexpr std::size_t window_max = 10'000;

class KafkaSink final : public sink::Sink {
public:
    explicit KafkaSink(KafkaSettings settings) : settings_(std::move(settings)) {}

    [[nodiscard]] Result<void> open() {
        if (producer_ && producer_->is_sound()) {
            return {};
        }
        producer_.reset();
        auto made = KafkaProducer::make(settings_);
        if (!made) {
            return made.error();
        }
        producer_ = std::move(*made);
        return {};
    }

    sink::Outcome deliver(std::span<const sink::Item> batch) override {
        if (reopen_.exchange(false)) {
            producer_.reset();  // Certificates are read anew.
        }
        std::size_t taken = 0;
        while (taken < batch.size()) {
            if (auto opened = open(); !opened) {
                return sink::Outcome::retry(taken, opened.error().message);
            }
            const std::size_t count = std::min(window_, batch.size() - taken);
            KafkaPass pass = producer_->send(batch.subspan(taken, count));
            taken += pass.acknowledged;
            switch (pass.end) {
                case KafkaPass::End::all:
                    window_ = std::min(window_ * 2, window_max);
                    break;
                case KafkaPass::End::unclear:
                    window_ = std::max<std::size_t>(pass.acknowledged, 1);
                    break;
                case KafkaPass::End::impossible:
                    return sink::Outcome::reject(taken, std::move(pass.reason));
                case KafkaPass::End::failed:
                    return sink::Outcome::retry(taken, std::move(pass.reason));
            }
        }
        return sink::Outcome::all(taken);
    }

    void request_reopen() override { reopen_.store(true); }

private:
    KafkaSettings settings_;
    std::unique_ptr<KafkaProducer> producer_;  ///< Refers to the settings.
    std::size_t window_ = window_max;          ///< How many go out at once.
    std::atomic<bool> reopen_{false};
};

std::vector<OptionComplaint> check(const Options& options) {
    std::vector<OptionComplaint> complaints;
    static_cast<void>(read_kafka_options(options, complaints));
    return complaints;
}

Result<std::unique_ptr<sink::Sink>> make(const sink::SinkContext& context) {
    std::vector<OptionComplaint> complaints;
    KafkaSettings settings = read_kafka_options(context.options, complaints);
    if (!complaints.empty()) {
        return to_error(complaints);
    }
    auto made = std::make_unique<KafkaSink>(std::move(settings));
    if (auto opened = made->open(); !opened) {
        return opened.error();
    }
    return std::unique_ptr<sink::Sink>(std::move(made));
}

}  // namespace

const sink::SinkKind& kafka_kind() {
    static const sink::SinkKind kind{
        .name = "kafka",
        .summary = "One message an event to a topic of Kafka, acknowledged.",
        .options = kafka_option_specs(),
        .make = make,
        .check = check,
        .erase_by_hand =
            "records stay until the topic's retention or compaction removes them: write one "
            "without a value for the key of the person, or use `kafka-delete-records`"};
    return kind;
}

}  // namespace verohook::sinks
