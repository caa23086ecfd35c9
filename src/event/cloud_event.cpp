#include <verohook/event/cloud_event.hpp>

#include <algorithm>

namespace verohook::event {

namespace {

/// Of every number that a `seq` can be; with leading zeros, text sorts as the numbers do.
constexpr std::size_t sequence_digits = 20;

}  // namespace

CloudEvent cloud_event(const Envelope& envelope, const Event& event) {
    const Common& shared = common(event);
    const std::string_view type = type_name(event);
    CloudEvent out;
    out.id = envelope.id;
    out.source = "verohook";
    // The specification wants the type not to be empty, and Vero's may be missing.
    out.type.append("com.getvero.").append(type.empty() ? "unrecognized" : type);
    if (shared.occurred_at) {
        append_seconds(out.time, *shared.occurred_at);
    } else {
        append_micros(out.time, envelope.received_at);
    }
    if (shared.user && shared.user->id && !shared.user->id->text.empty()) {
        out.subject = shared.user->id->text;
    }
    const std::string digits = std::to_string(envelope.seq);
    out.sequence.append(sequence_digits - std::min(sequence_digits, digits.size()), '0');
    out.sequence += digits;
    return out;
}

}  // namespace verohook::event
