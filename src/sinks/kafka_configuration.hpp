#pragma once

#include "sinks/kafka_settings.hpp"

#include <verohook/base/result.hpp>

#include <memory>
#include <optional>
#include <string>

struct rd_kafka_conf_s;
struct rd_kafka_s;

namespace verohook::sinks {

struct KafkaConfigurationDeleter {
    void operator()(rd_kafka_conf_s* configuration) const;
};
using KafkaConfiguration = std::unique_ptr<rd_kafka_conf_s, KafkaConfigurationDeleter>;

struct KafkaClientDeleter {
    void operator()(rd_kafka_s* client) const;
};
using KafkaClient = std::unique_ptr<rd_kafka_s, KafkaClientDeleter>;

/// What librdkafka has against one of its options, in its own words.
[[nodiscard]] std::optional<std::string> complaint_of_kafka_option(const std::string& name,
                                                                   const std::string& value);
/// What it has against all of them together, the files that they name included.
[[nodiscard]] std::optional<std::string> complaint_of_kafka_options(const KafkaSettings& settings);

/// All that this program sets, and what the settings pass through; without brokers.
[[nodiscard]] KafkaConfiguration make_kafka_configuration(const KafkaSettings& settings);
/// A producer; `invalid_input` is librdkafka's sentence. Connects only if brokers were set.
[[nodiscard]] Result<KafkaClient> make_kafka_client(KafkaConfiguration configuration);

}  // namespace verohook::sinks
