#pragma once

#include "sinks/kafka_configuration.hpp"
#include "sinks/kafka_settings.hpp"

#include <verohook/sink/sink.hpp>

#include <memory>
#include <span>
#include <string>
#include <vector>

struct rd_kafka_message_s;

namespace verohook::sinks {

/// What became of messages that were sent together.
struct KafkaPass {
    enum class End {
        all,         ///< All are acknowledged.
        unclear,     ///< One of several can never be taken; sent alone, each tells.
        impossible,  ///< The next one can never be taken.
        failed,      ///< The next one was not acknowledged, for now.
    };
    std::size_t acknowledged = 0;  ///< So many of the first ones.
    End end = End::all;
    std::string reason = {};
};

/// librdkafka's idempotent producer, from its making to its first failure: after one nobody knows
/// what the brokers will still get of what it has sent, and a new one begins again in order.
/// Used by one thread; the settings outlive it.
class KafkaProducer {
public:
    [[nodiscard]] static Result<std::unique_ptr<KafkaProducer>> make(const KafkaSettings& settings);
    ~KafkaProducer();
    KafkaProducer(const KafkaProducer&) = delete;
    KafkaProducer& operator=(const KafkaProducer&) = delete;

    /// Sends all of them, and waits for a report on each, within the time-out.
    [[nodiscard]] KafkaPass send(std::span<const sink::Item> items);
    /// Whether all that it was given is acknowledged, and it may be used on.
    [[nodiscard]] bool is_sound() const { return sound_; }

private:
    explicit KafkaProducer(const KafkaSettings& settings);
    /// librdkafka's error for one message; 0: it is queued.
    int produce(const sink::Item& item, std::size_t index);
    /// False: not everything that was produced has its report.
    [[nodiscard]] bool wait() const;
    [[nodiscard]] std::string why(int error) const;
    void on_report(const rd_kafka_message_s& message);
    void on_error(const char* reason);

    const KafkaSettings& settings_;
    KafkaClient client_;
    std::vector<int> reports_;  ///< Of the pass under way: 0, an error, or `no_report`.
    std::string last_error_;    ///< What librdkafka told without being asked, since the last pass.
    bool sound_ = true;
};

}  // namespace verohook::sinks
