#include "sinks/kafka_configuration.hpp"

#include "base/log.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

#include <librdkafka/rdkafka.h>

namespace verohook::sinks {

namespace {

/// librdkafka's sentences fit into this, as its documentation says.
using Sentence = std::array<char, 512>;

void set(rd_kafka_conf_s* configuration, const std::string& name, const std::string& value) {
    Sentence said{};
    const auto result =
        rd_kafka_conf_set(configuration, name.c_str(), value.c_str(), said.data(), said.size());
    // Ours are right, and the others were checked.
    VEROHOOK_CHECK(result == RD_KAFKA_CONF_OK);
}

/// Called by librdkafka's own threads.
void write_to_log(const rd_kafka_t* /*client*/, int /*level*/, const char* facility,
                  const char* text) {
    log::debug(std::string("librdkafka: ") + facility + ": " + text);
}

}  // namespace

void KafkaConfigurationDeleter::operator()(rd_kafka_conf_s* configuration) const {
    rd_kafka_conf_destroy(configuration);
}

void KafkaClientDeleter::operator()(rd_kafka_s* client) const {
    rd_kafka_destroy(client);
}

std::optional<std::string> complaint_of_kafka_option(const std::string& name,
                                                     const std::string& value) {
    const KafkaConfiguration configuration(rd_kafka_conf_new());
    Sentence said{};
    if (rd_kafka_conf_set(configuration.get(), name.c_str(), value.c_str(), said.data(),
                          said.size()) == RD_KAFKA_CONF_OK) {
        return std::nullopt;
    }
    return printable(trim(said.data()));
}

std::optional<std::string> complaint_of_kafka_options(const KafkaSettings& settings) {
    const auto client = make_kafka_client(make_kafka_configuration(settings));
    return client ? std::nullopt : std::optional(client.error().message);
}

KafkaConfiguration make_kafka_configuration(const KafkaSettings& settings) {
    KafkaConfiguration configuration(rd_kafka_conf_new());
    const auto timeout_ms = settings.timeout.count();
    const auto set_own = [&](const char* name, const std::string& value) {
        set(configuration.get(), name, value);
    };
    set_own("client.id", "verohook");
    // A topic that is missing is told before the batch's time is over.
    set_own("topic.metadata.propagation.max.ms", std::to_string(timeout_ms / 2));
    for (const auto& [name, value] : settings.options) {
        set_own(name.c_str(), value);
    }
    set_own("enable.idempotence", "true");
    set_own("acks", "all");
    // Where a batch fails, nothing that follows it is sent any more.
    set_own("enable.gapless.guarantee", "true");
    // Beyond the time that a batch has: messages that time out one by one would leave gaps, and so
    // the sink gives up all of them at once.
    set_own("message.timeout.ms", std::to_string(timeout_ms * 2));
    rd_kafka_conf_set_log_cb(configuration.get(), write_to_log);
    return configuration;
}

Result<KafkaClient> make_kafka_client(KafkaConfiguration configuration) {
    Sentence said{};
    KafkaClient client(
        rd_kafka_new(RD_KAFKA_PRODUCER, configuration.get(), said.data(), said.size()));
    if (!client) {
        return Error{ErrorCode::invalid_input, printable(trim(said.data()))};
    }
    // It belongs to the client now.
    static_cast<void>(configuration.release());
    return client;
}

}  // namespace verohook::sinks
