#include "sinks/log_text.hpp"

#include "base/text.hpp"

#include <variant>

namespace verohook::sinks {

namespace {

/// Of one value. A log line is for reading; the whole event is in the journal.
constexpr std::size_t value_bytes_max = 256;

void append_text(std::string& out, std::string_view name, std::string_view value) {
    out += ' ';
    out += name;
    out += '=';
    append_log_value(out, value);
}

void append_given(std::string& out, std::string_view name, const event::Field<std::string>& field) {
    if (field) {
        append_text(out, name, *field);
    }
}

void append_given(std::string& out, std::string_view name, const event::Field<event::Id>& field) {
    if (field) {
        append_text(out, name, field->text);
    }
}

/// `"a,b"`; what is no text is left out.
void append_list(std::string& out, std::string_view name, const event::Field<event::Array>& list) {
    std::string joined;
    if (list) {
        for (const event::Value& value : *list) {
            if (const auto* text = value.get_if<std::string>()) {
                joined += joined.empty() ? "" : ",";
                joined += *text;
            }
        }
    }
    if (!joined.empty()) {
        append_text(out, name, joined);
    }
}

void append_changes(std::string& out, const event::Field<event::Changes>& changes) {
    if (!changes) {
        return;
    }
    std::string names;
    for (const auto& [name, value] : changes->properties) {
        names += names.empty() ? "" : ",";
        names += name;
    }
    if (!names.empty()) {
        append_text(out, "changed", names);
    }
    if (changes->tags) {
        append_list(out, "tags_added", changes->tags->add);
        append_list(out, "tags_removed", changes->tags->remove);
    }
}

}  // namespace

void append_log_value(std::string& out, std::string_view value) {
    const std::string shown = printable(value, value_bytes_max);
    if (!shown.empty() && shown.find_first_of(" =\"\\") == std::string::npos) {
        out += shown;
        return;
    }
    out += '"';
    for (const char character : shown) {
        if (character == '"') {
            out += '\\';
        }
        out += character;
    }
    out += '"';
}

void append_log_text(std::string& out, const event::Envelope& envelope, const event::Event& event) {
    const event::Common& common = event::common(event);
    append_log_value(out, event::type_name(event));
    append_text(out, "seq", std::to_string(envelope.seq));
    append_text(out, "id", envelope.id);
    if (common.user) {
        append_given(out, "user", common.user->id);
        append_given(out, "email", common.user->email);
    }
    if (common.campaign) {
        append_given(out, "campaign", common.campaign->name);
        append_given(out, "campaign_id", common.campaign->id);
    }
    if (const auto* bounced = std::get_if<event::Bounced>(&event)) {
        append_given(out, "bounce", bounced->bounce_type);
        append_given(out, "bounce_code", bounced->bounce_code);
        append_given(out, "bounce_message", bounced->bounce_message);
    }
    if (const auto* updated = std::get_if<event::UserUpdated>(&event)) {
        append_changes(out, updated->changes);
    }
    append_given(out, "message_id", common.message_id);
    if (common.occurred_at) {
        append_text(out, "occurred_at", format_seconds(*common.occurred_at));
    }
    if (envelope.duplicate_of) {
        append_text(out, "duplicate_of", std::to_string(*envelope.duplicate_of));
    }
}

}  // namespace verohook::sinks
