#include "sinks/nats_answer.hpp"

#include "base/text.hpp"

#include <nlohmann/json.hpp>

namespace verohook::sinks {

namespace {

/// nats-server's own numbers of errors (server/errors.json).
constexpr int message_exceeds_maximum = 10054;
constexpr int wrong_last_message_id = 10070;
constexpr int header_exceeds_maximum = 10097;

NatsAnswer::Kind kind_of(int error) {
    switch (error) {
        case message_exceeds_maximum:
        case header_exceeds_maximum:
            return NatsAnswer::Kind::too_large;
        case wrong_last_message_id:
            return NatsAnswer::Kind::follows;
        default:
            return NatsAnswer::Kind::refused;
    }
}

}  // namespace

NatsAnswer parse_nats_answer(std::string_view text) {
    const auto answer = nlohmann::json::parse(text, nullptr, false);
    if (answer.is_object()) {
        if (const auto error = answer.find("error"); error != answer.end() && error->is_object()) {
            const auto number = error->find("err_code");
            const auto words = error->find("description");
            const bool known = number != error->end() && number->is_number_integer();
            return {kind_of(known ? number->get<int>() : 0),
                    words != error->end() && words->is_string()
                        ? one_line(words->get_ref<const std::string&>())
                        : "an error without a description"};
        }
        if (const auto stream = answer.find("stream");
            stream != answer.end() && stream->is_string()) {
            return {NatsAnswer::Kind::stored};
        }
    }
    constexpr std::size_t shown_bytes_max = 80;
    return {NatsAnswer::Kind::refused,
            "an answer that is not a stream's: " + one_line(text, shown_bytes_max)};
}

}  // namespace verohook::sinks
