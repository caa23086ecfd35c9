#pragma once

#include "http/client.hpp"
#include "sinks/http_settings.hpp"

#include <verohook/base/time.hpp>
#include <verohook/sink/sink.hpp>

#include <span>
#include <string>
#include <string_view>

namespace verohook::sinks {

/// What names a request, equal at each attempt: an event's id, or that of the first and of the last
/// event, with a `-` between.
[[nodiscard]] std::string webhook_id(std::span<const sink::Item> items);

/// One attempt at `now` to send these events, at least one.
[[nodiscard]] http::ClientRequest make_http_request(const HttpSettings& settings,
                                                    std::span<const sink::Item> items,
                                                    Timestamp now);

/// A CloudEvents attribute as the value of a header (HTTP binding 1.0.2, section 3.1.3.2): UTF-8
/// with `%XX` for space, quote, percent and whatever is not visible ASCII.
[[nodiscard]] std::string cloud_event_header(std::string_view text);

}  // namespace verohook::sinks
