#include "sinks/kafka_producer.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <librdkafka/rdkafka.h>

namespace verohook::sinks {

namespace {

/// None of librdkafka's own, which are not as small.
constexpr int no_report = -100'000;

/// Errors of a message that will be the same at the next attempt.
bool is_permanent(int error) {
    return error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ||
           error == RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE ||
           error == RD_KAFKA_RESP_ERR_INVALID_RECORD;
}

rd_kafka_vu_t text_of(rd_kafka_vtype_t type, std::string_view text) {
    rd_kafka_vu_t part{};
    part.vtype = type;
    // Copied by librdkafka, which does not say so in the type.
    part.u.mem.ptr = const_cast<char*>(text.data());
    part.u.mem.size = text.size();
    return part;
}

rd_kafka_vu_t header(const char* name, std::string_view value) {
    rd_kafka_vu_t part{};
    part.vtype = RD_KAFKA_VTYPE_HEADER;
    part.u.header.name = name;
    part.u.header.val = value.data();
    part.u.header.size = static_cast<ssize_t>(value.size());
    return part;
}

}  // namespace

Result<std::unique_ptr<KafkaProducer>> KafkaProducer::make(const KafkaSettings& settings) {
    std::unique_ptr<KafkaProducer> producer(new KafkaProducer(settings));
    KafkaConfiguration configuration = make_kafka_configuration(settings);
    if (rd_kafka_conf_set(configuration.get(), "bootstrap.servers", settings.brokers.c_str(),
                          nullptr, 0) != RD_KAFKA_CONF_OK) {
        return Error{ErrorCode::invalid_input, "brokers: librdkafka does not take them"};
    }
    rd_kafka_conf_set_opaque(configuration.get(), producer.get());
    // Both are called from within `send` alone, as librdkafka calls nothing unless it is polled.
    rd_kafka_conf_set_dr_msg_cb(configuration.get(),
                                [](rd_kafka_t*, const rd_kafka_message_t* message, void* self) {
                                    static_cast<KafkaProducer*>(self)->on_report(*message);
                                });
    rd_kafka_conf_set_error_cb(configuration.get(),
                               [](rd_kafka_t*, int /*error*/, const char* reason, void* self) {
                                   static_cast<KafkaProducer*>(self)->on_error(reason);
                               });
    auto client = make_kafka_client(std::move(configuration));
    if (!client) {
        return client.error();
    }
    producer->client_ = std::move(*client);
    return producer;
}

KafkaProducer::KafkaProducer(const KafkaSettings& settings) : settings_(settings) {}

KafkaProducer::~KafkaProducer() {
    client_.reset();  // Before what its reports refer to.
}

KafkaPass KafkaProducer::send(std::span<const sink::Item> items) {
    reports_.assign(items.size(), no_report);
    last_error_.clear();
    int refused = 0;
    std::size_t sent = 0;
    while (sent < items.size() && (refused = produce(items[sent], sent)) == 0) {
        ++sent;
    }
    const bool complete = wait();
    KafkaPass pass;
    while (pass.acknowledged < sent && reports_[pass.acknowledged] == 0) {
        ++pass.acknowledged;
    }
    if (pass.acknowledged == items.size()) {
        return pass;
    }
    const bool alone = pass.acknowledged == sent || sent == 1;
    const int error = pass.acknowledged == sent ? refused : reports_[pass.acknowledged];
    const bool full = error == RD_KAFKA_RESP_ERR__QUEUE_FULL;
    // Refused before it was sent, and nothing else went wrong.
    sound_ = complete && pass.acknowledged == sent && (full || is_permanent(error));
    if (!is_permanent(error)) {
        // A full queue has taken as many as it can; the rest comes after them.
        pass.end = full && pass.acknowledged > 0 ? KafkaPass::End::unclear : KafkaPass::End::failed;
    } else {
        pass.end = alone ? KafkaPass::End::impossible : KafkaPass::End::unclear;
    }
    pass.reason = why(error);
    return pass;
}

int KafkaProducer::produce(const sink::Item& item, std::size_t index) {
    const event::Common& common = event::common(item.event);
    const std::string seq = std::to_string(item.envelope.seq);
    std::array<rd_kafka_vu_t, 8> parts{};
    std::size_t count = 0;
    rd_kafka_vu_t part{};
    part.vtype = RD_KAFKA_VTYPE_TOPIC;
    part.u.cstr = settings_.topic.c_str();
    parts[count++] = part;
    part.vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    part.u.i = RD_KAFKA_MSG_F_COPY;
    parts[count++] = part;
    part.vtype = RD_KAFKA_VTYPE_OPAQUE;
    part.u.ptr = &reports_[index];
    parts[count++] = part;
    parts[count++] = text_of(RD_KAFKA_VTYPE_VALUE, item.text);
    parts[count++] = header("id", item.envelope.id);
    parts[count++] = header("type", event::type_name(item.event));
    parts[count++] = header("seq", seq);
    if (common.user && common.user->id && !common.user->id->text.empty()) {
        parts[count++] = text_of(RD_KAFKA_VTYPE_KEY, common.user->id->text);
    }
    rd_kafka_error_t* const error = rd_kafka_produceva(client_.get(), parts.data(), count);
    const int code = rd_kafka_error_code(error);
    rd_kafka_error_destroy(error);
    return code;
}

bool KafkaProducer::wait() const {
    const auto timeout_ms = static_cast<int>(settings_.timeout.count());
    if (rd_kafka_flush(client_.get(), timeout_ms) == RD_KAFKA_RESP_ERR_NO_ERROR) {
        return true;
    }
    // All that is left at once, so that in no partition one gets through after another that did
    // not.
    rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    constexpr int purge_ms_max = 1000;
    const auto ignored = rd_kafka_flush(client_.get(), purge_ms_max);  // What has no report failed.
    static_cast<void>(ignored);
    return false;
}

std::string KafkaProducer::why(int error) const {
    const std::string target = "topic '" + settings_.topic + "' at " + settings_.brokers + ": ";
    if (error == no_report || error == RD_KAFKA_RESP_ERR__PURGE_QUEUE ||
        error == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT) {
        return target + "no acknowledgement within " + std::to_string(settings_.timeout.count()) +
               " ms" + (last_error_.empty() ? "" : "; " + last_error_);
    }
    std::array<char, 512> fatal{};
    const bool is_fatal = rd_kafka_fatal_error(client_.get(), fatal.data(), fatal.size()) !=
                          RD_KAFKA_RESP_ERR_NO_ERROR;
    return target + (is_fatal && !is_permanent(error)
                         ? one_line(fatal.data())
                         : rd_kafka_err2str(static_cast<rd_kafka_resp_err_t>(error)));
}

void KafkaProducer::on_report(const rd_kafka_message_s& message) {
    *static_cast<int*>(message._private) = message.err;
}

void KafkaProducer::on_error(const char* reason) {
    last_error_ = one_line(reason);
}

}  // namespace verohook::sinks
