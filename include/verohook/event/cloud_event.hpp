#pragma once

#include <verohook/event/event.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace verohook::event {

inline constexpr std::string_view cloud_events_version = "1.0";
inline constexpr std::string_view cloud_event_content_type = "application/json";

/// The context attributes of an event in CloudEvents 1.0, as text that no transport has escaped
/// yet. Its data is the documented line.
struct CloudEvent {
    std::string id;
    std::string source;
    std::string type;
    std::string time;                    ///< RFC 3339.
    std::optional<std::string> subject;  ///< The user's id.
    std::string sequence;                ///< Of the Sequence extension; sorts as text.
};
[[nodiscard]] CloudEvent cloud_event(const Envelope& envelope, const Event& event);

}  // namespace verohook::event
