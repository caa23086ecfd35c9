#pragma once

#include <string>
#include <string_view>

namespace verohook::sinks {

/// What a stream says of one message.
struct NatsAnswer {
    enum class Kind {
        stored,     ///< It is in the stream, whether just now or already before.
        follows,    ///< Refused, as the stream's last message is not the one that it follows.
        too_large,  ///< The stream never takes a message of that size.
        refused,    ///< Not taken, for now.
    };
    Kind kind = Kind::refused;
    std::string reason = {};
};

/// Reads an acknowledgement: `{"stream":"VERO","seq":1}`, `{"error":{…}}`.
[[nodiscard]] NatsAnswer parse_nats_answer(std::string_view text);

}  // namespace verohook::sinks
