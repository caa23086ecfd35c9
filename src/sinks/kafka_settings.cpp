#include "sinks/kafka_settings.hpp"

#include "sinks/kafka_configuration.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace verohook::sinks {

namespace {

/// A producer that begins anew asks for its number first, which alone takes half a second at times.
constexpr std::int64_t kafka_timeout_ms_min = 1000;
constexpr std::int64_t kafka_timeout_ms_max = 600'000;

struct OwnOption {
    std::string_view name;
    std::string_view sentence;
};

/// What librdkafka would take, and what would break the sink's guarantee or hide another option.
constexpr std::string_view guarantee =
    "is not to be changed: events could get lost or out of order";
constexpr std::array<OwnOption, 10> own_options{{
    {"bootstrap.servers", "is set by brokers"},
    {"metadata.broker.list", "is set by brokers"},
    {"message.timeout.ms", "is set by timeout"},
    {"delivery.timeout.ms", "is set by timeout"},
    {"enable.idempotence", guarantee},
    {"enable.gapless.guarantee", guarantee},
    {"acks", guarantee},
    {"request.required.acks", guarantee},
    {"delivery.report.only.error", guarantee},
    {"transactional.id", "is not for this sink, which has no transactions"},
}};

void read_brokers(const Options& options, KafkaSettings& settings,
                  std::vector<OptionComplaint>& complaints) {
    const std::vector<std::string>& brokers = options.list("brokers");
    if (brokers.empty()) {
        complaints.push_back({"brokers", "must name at least one broker"});
    }
    for (std::size_t index = 0; index < brokers.size(); ++index) {
        const std::string& broker = brokers[index];
        if (broker.empty() || broker.find_first_of(", ") != std::string::npos ||
            printable(broker) != broker) {
            complaints.push_back({"brokers", "must look like HOST:PORT", index});
        }
        settings.brokers += (index == 0 ? "" : ",") + broker;
    }
}

/// Kafka's own rule.
bool is_topic(std::string_view name) {
    constexpr std::size_t bytes_max = 249;
    constexpr std::string_view letters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return !name.empty() && name.size() <= bytes_max && name != "." && name != ".." &&
           name.find_first_not_of(letters) == std::string_view::npos;
}

/// `NAME=VALUE`. A value may be a secret, so no complaint shows one.
void read_passed_through(const Options& options, KafkaSettings& settings,
                         std::vector<OptionComplaint>& complaints) {
    const std::vector<std::string>& entries = options.list("options");
    for (std::size_t index = 0; index < entries.size(); ++index) {
        const std::size_t equals = entries[index].find('=');
        if (equals == std::string::npos) {
            complaints.push_back({"options", "must look like \"linger.ms=5\"", index});
            continue;
        }
        std::string name(trim(std::string_view(entries[index]).substr(0, equals)));
        std::string value(trim(std::string_view(entries[index]).substr(equals + 1)));
        const auto* const own =
            std::find_if(own_options.begin(), own_options.end(),
                         [&](const OwnOption& each) { return each.name == name; });
        if (own != own_options.end()) {
            complaints.push_back({"options", name + " " + std::string(own->sentence), index});
        } else if (auto complaint = complaint_of_kafka_option(name, value)) {
            complaints.push_back({"options", *std::move(complaint), index});
        } else {
            settings.options.emplace_back(std::move(name), std::move(value));
        }
    }
}

}  // namespace

KafkaSettings read_kafka_options(const Options& options, std::vector<OptionComplaint>& complaints) {
    KafkaSettings settings;
    const std::size_t before = complaints.size();
    read_brokers(options, settings, complaints);
    settings.topic = options.text("topic");
    if (!is_topic(settings.topic)) {
        complaints.push_back(
            {"topic", "must be 1 to 249 letters, digits, dots, dashes and underscores"});
    }
    settings.timeout = options.duration("timeout");
    read_passed_through(options, settings, complaints);
    if (complaints.size() == before) {
        if (auto complaint = complaint_of_kafka_options(settings)) {
            complaints.push_back({"options", *std::move(complaint)});
        }
    }
    return settings;
}

std::vector<OptionSpec> kafka_option_specs() {
    return {
        {.name = "brokers",
         .type = OptionType::text_list,
         .fallback = R"(["127.0.0.1:9092"])",
         .help = "Brokers to ask first, HOST:PORT; they name the others."},
        {.name = "topic", .fallback = "\"vero\"", .help = "Topic of all events."},
        {.name = "timeout",
         .type = OptionType::duration,
         .fallback = "\"10s\"",
         .help = "How long the brokers may take to acknowledge a batch.",
         .min = kafka_timeout_ms_min,
         .max = kafka_timeout_ms_max},
        {.name = "options",
         .type = OptionType::secret_list,
         .fallback = "[]",
         .help = "Options of librdkafka, written as \"linger.ms=5\"."},
    };
}

}  // namespace verohook::sinks
