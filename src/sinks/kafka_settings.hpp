#pragma once

#include <verohook/base/option.hpp>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace verohook::sinks {

/// The options of a `kafka` sink, read.
struct KafkaSettings {
    std::string brokers;  ///< As librdkafka wants them, with commas between.
    std::string topic;
    std::chrono::milliseconds timeout{0};
    /// librdkafka's own, by name, in the order in which they were given.
    std::vector<std::pair<std::string, std::string>> options;
};

[[nodiscard]] std::vector<OptionSpec> kafka_option_specs();
/// Adds a complaint for each option that is wrong; what librdkafka has to say is found out without
/// any connection.
[[nodiscard]] KafkaSettings read_kafka_options(const Options& options,
                                               std::vector<OptionComplaint>& complaints);

}  // namespace verohook::sinks
