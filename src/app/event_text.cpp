#include "app/event_text.hpp"

#include "app/columns.hpp"
#include "base/text.hpp"
#include "ingest/malformed.hpp"

#include <verohook/event/codec.hpp>

#include <string_view>

namespace verohook::app {

namespace {

/// ANSI colour by what an event means for the sender of mail.
std::string_view colour_of(std::string_view type) {
    if (type == "bounced" || type == "complained" || type == "failed") {
        return "\x1b[31m";
    }
    if (type == "unsubscribed" || type == "malformed") {
        return "\x1b[33m";
    }
    if (type == "opened" || type == "clicked" || type == "converted") {
        return "\x1b[32m";
    }
    return "\x1b[36m";
}

std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) {
        text.append(width - text.size(), ' ');
    }
    return text;
}

/// Cuts text that is fit for a terminal already, between two characters.
std::string shortened(std::string text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) {
        return text;
    }
    std::size_t end = 0;
    for (auto step = utf8_step(text, 0); step && end + step->length <= bytes_max;
         step = utf8_step(text, end)) {
        end += step->length;
    }
    return text.substr(0, end) + "…";
}

constexpr std::string_view damaged_text = "its record in the journal fails its checksum";

/// What is wrong with a body, where, and its beginning.
std::string malformed_text(const journal::Record& record) {
    if (record.body.empty()) {
        return "(empty body)";
    }
    const event::Malformed why = ingest::explain_malformed(record.body, record.headers);
    return "(" + why.message + ", at byte " + std::to_string(why.offset) + ")  " +
           printable(record.body, 200);
}

std::string user_text(const event::User& user) {
    std::string text;
    if (user.email) {
        text = printable(*user.email, 128);
    }
    if (user.id) {
        text += (text.empty() ? "" : " ") + ("(" + printable(user.id->text, 64) + ")");
    }
    return text;
}

std::string detail_text(const event::Event& event) {
    std::string text;
    if (const auto* bounced = std::get_if<event::Bounced>(&event)) {
        for (const auto* field : {&bounced->bounce_type, &bounced->bounce_message}) {
            if (*field) {
                text += " " + printable(**field, 128);
            }
        }
    }
    const auto* updated = std::get_if<event::UserUpdated>(&event);
    if (updated != nullptr && updated->changes) {
        std::string changes;
        for (const auto& [name, value] : updated->changes->properties) {
            changes += " " + printable(name, 64) + "=";
            event::append_json(changes, value);
        }
        text += shortened(std::move(changes), 256);
    }
    return text;
}

}  // namespace

std::string pretty_line(const Shown& shown, bool colour) {
    const journal::Record& record = shown.record;
    std::string line = format_seconds(record.received_at);
    line[10] = ' ';
    line.pop_back();
    line = painted(line, "\x1b[2m", colour) + "  " + padded("#" + std::to_string(record.seq), 8);
    if (record.kind == journal::Kind::damaged) {
        return line + painted("damaged       ", colour_of("malformed"), colour) + "(" +
               std::string(damaged_text) + ")";
    }
    const std::string erased = painted("erased", "\x1b[2m", colour);
    if (shown.event == nullptr && record.erased) {
        return line + painted("malformed     ", colour_of("malformed"), colour) + erased;
    }
    if (shown.event == nullptr) {
        return line + painted("malformed     ", colour_of("malformed"), colour) +
               malformed_text(record);
    }
    const event::Event& event = *shown.event;
    const event::Common& common = event::common(event);
    const std::string type = printable(event::type_name(event), 64);
    line += painted(padded(type.empty() ? "(no type)" : type, 14), colour_of(type), colour);
    if (common.user) {
        line += user_text(*common.user);
    }
    if (common.campaign && common.campaign->name) {
        line += "  “" + printable(*common.campaign->name, 128) + "”";
    }
    line += detail_text(event);
    if (record.erased) {
        line += erased;
    }
    if (record.duplicate_of) {
        line +=
            painted("  duplicate of #" + std::to_string(*record.duplicate_of), "\x1b[2m", colour);
    }
    if (!common.problems.empty()) {
        line += painted("  (" + printable(common.problems.front(), 128) + ")", "\x1b[33m", colour);
    }
    return line;
}

std::string json_line(const Shown& shown) {
    std::string line;
    if (shown.event != nullptr) {
        event::encode(event::Format::json, shown.envelope, *shown.event, shown.record.body, line);
        return line;
    }
    line = R"({"schema":"verohook.malformed.v1","id":")" + shown.envelope.id + R"(","seq":)" +
           std::to_string(shown.record.seq) + R"(,"received_at":")";
    append_micros(line, shown.record.received_at);
    line += "\"";
    event::Malformed why = ingest::explain_malformed(shown.record.body, shown.record.headers);
    if (shown.record.kind == journal::Kind::damaged) {
        why.message = damaged_text;
    }
    if (shown.record.erased) {
        return line + R"(,"erased":true})";
    }
    line += R"(,"problem":)";
    append_json_string(line, why.message);
    line += R"(,"offset":)" + std::to_string(why.offset);
    line += R"(,"body":)";
    event::append_json_string(line, shown.record.body);
    line += '}';
    return line;
}

std::string raw_line(const Shown& shown) {
    std::string line;
    if (shown.event == nullptr) {
        return shown.record.body.empty() ? "(empty body)"
                                         : printable(shown.record.body, shown.record.body.size());
    }
    event::encode(event::Format::raw, shown.envelope, *shown.event, shown.record.body, line);
    return line;
}

}  // namespace verohook::app
