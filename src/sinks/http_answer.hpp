#pragma once

#include "http/client.hpp"

#include <verohook/base/time.hpp>
#include <verohook/sink/sink.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace verohook::sinks {

/// What an answer means for the events of its request: all of them are delivered, or to be retried,
/// or refused.
[[nodiscard]] sink::Outcome judge_answer(const http::ClientTarget& target,
                                         const http::ClientResponse& answer, std::size_t count,
                                         Timestamp now);

/// How long a `Retry-After` asks to wait from `now`: seconds, or a date in one of the three forms
/// of RFC 9110, section 5.6.7. Nothing for anything else; a date in the past is no wait.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value,
                                                                         Timestamp now);

}  // namespace verohook::sinks
