#include "event/json_text.hpp"
#include "event/object_writer.hpp"
#include "event/raw.hpp"

#include <verohook/base/time.hpp>
#include <verohook/event/cloud_event.hpp>
#include <verohook/event/codec.hpp>

namespace verohook::event {

namespace {

constexpr std::string_view schema = "verohook.event.v1";

void write_envelope(ObjectWriter& line, const Envelope& envelope, const Event& event) {
    const std::string_view type = type_name(event);
    const auto* const unrecognized = std::get_if<Unrecognized>(&event);
    line.text("schema", schema);
    line.text("id", envelope.id);
    line.number("seq", envelope.seq);
    if (unrecognized != nullptr && !unrecognized->type) {
        line.name("type") += "null";
    } else {
        line.text("type", type);
    }
    std::string& out = line.name("occurred_at");
    if (const auto& occurred_at = common(event).occurred_at) {
        out += '"';
        append_seconds(out, *occurred_at);
        out += '"';
    } else {
        out += "null";
    }
    line.name("received_at") += '"';
    append_micros(out, envelope.received_at);
    out += '"';
    if (envelope.duplicate_of) {
        line.number("duplicate_of", *envelope.duplicate_of);
    }
    if (envelope.erased) {
        line.name("erased") += "true";
    }
}

void write_bounce(ObjectWriter& line, const Bounced& bounced) {
    if (!bounced.bounce_type.present() && !bounced.bounce_code.present() &&
        !bounced.bounce_message.present()) {
        return;
    }
    ObjectWriter bounce(line.name("bounce"));
    bounce.field("type", bounced.bounce_type);
    bounce.field("code", bounced.bounce_code);
    bounce.field("message", bounced.bounce_message);
    bounce.end();
}

void write_problems(ObjectWriter& line, const std::vector<std::string>& problems) {
    if (problems.empty()) {
        return;
    }
    std::string& out = line.name("problems");
    char separator = '[';
    for (const std::string& problem : problems) {
        out += separator;
        append_json_string(out, problem);
        separator = ',';
    }
    out += ']';
}

void append_line(std::string& out, const Envelope& envelope, const Event& event) {
    const Common& shared = common(event);
    ObjectWriter line(out);
    write_envelope(line, envelope, event);
    line.field("user", shared.user);
    line.field("campaign", shared.campaign);
    line.field("message_id", shared.message_id);
    line.field("user_agent", shared.user_agent);
    if (const auto* const delivered = std::get_if<Delivered>(&event)) {
        line.field("sender_ip", delivered->sender_ip);
    }
    if (const auto* const bounced = std::get_if<Bounced>(&event)) {
        write_bounce(line, *bounced);
    }
    if (const auto* const updated = std::get_if<UserUpdated>(&event)) {
        line.field("changes", updated->changes);
    }
    line.field("trigger", shared.trigger);
    line.object("extra", shared.extra);
    write_problems(line, shared.problems);
    line.end();
}

/// CloudEvents 1.0, JSON format, structured mode.
void append_cloudevent(std::string& out, const Envelope& envelope, const Event& event) {
    const CloudEvent attributes = cloud_event(envelope, event);
    ObjectWriter line(out);
    line.text("specversion", cloud_events_version);
    line.text("id", attributes.id);
    line.text("source", attributes.source);
    line.text("type", attributes.type);
    line.text("time", attributes.time);
    if (attributes.subject) {
        line.text("subject", *attributes.subject);
    }
    line.text("datacontenttype", cloud_event_content_type);
    line.text("sequence", attributes.sequence);
    line.name("data");
    append_line(out, envelope, event);
    line.end();
}

void append_raw(std::string& out, std::string_view body) {
    if (std::holds_alternative<Malformed>(classify(body))) {
        append_json_string(out, body);
    } else {
        append_compacted(out, body);
    }
}

}  // namespace

std::optional<Format> parse_format(std::string_view name) {
    if (name == "json") {
        return Format::json;
    }
    if (name == "raw") {
        return Format::raw;
    }
    if (name == "cloudevents") {
        return Format::cloudevents;
    }
    return std::nullopt;
}

void encode(Format format, const Envelope& envelope, const Event& event, std::string_view body,
            std::string& out) {
    switch (format) {
        case Format::json:
            append_line(out, envelope, event);
            return;
        case Format::raw:
            append_raw(out, body);
            return;
        case Format::cloudevents:
            append_cloudevent(out, envelope, event);
            return;
    }
}

}  // namespace verohook::event
