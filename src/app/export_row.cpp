#include "app/export_row.hpp"

#include "base/text.hpp"
#include "event/raw.hpp"

#include <verohook/event/codec.hpp>

#include <array>
#include <optional>
#include <string_view>

namespace verohook::app {

namespace {

using customers::EventRow;
using customers::OptionalText;

/// A column of texts.
struct TextColumn {
    std::string_view name;
    OptionalText EventRow::*text;
};

constexpr std::array<TextColumn, 9> text_columns{{
    {"email", &EventRow::email},
    {"campaign_id", &EventRow::campaign_id},
    {"campaign_name", &EventRow::campaign_name},
    {"variation", &EventRow::variation},
    {"message_id", &EventRow::message_id},
    {"bounce_type", &EventRow::bounce_type},
    {"bounce_code", &EventRow::bounce_code},
    {"bounce_message", &EventRow::bounce_message},
    {"user_agent", &EventRow::user_agent},
}};

void append_csv_field(std::string& out, std::string_view text, bool for_terminal) {
    const std::string shown = for_terminal ? printable(text, text.size()) : std::string(text);
    out += ',';
    if (shown.find_first_of(",\"\r\n") == std::string::npos) {
        out += shown;
        return;
    }
    out += '"';
    for (const char character : shown) {
        out += character;
        if (character == '"') {
            out += '"';
        }
    }
    out += '"';
}

void append_json_field(std::string& out, std::string_view name, const OptionalText& text) {
    out.append(",\"").append(name).append("\":");
    if (text) {
        event::append_json_string(out, *text);
    } else {
        out += "null";
    }
}

}  // namespace

std::string csv_head() {
    std::string head = "seq,id,type,occurred_at,received_at,user_id";
    for (const TextColumn& column : text_columns) {
        head.append(",").append(column.name);
    }
    return head + ",duplicate_of,extra,body\r\n";
}

void append_csv(std::string& out, const EventRow& row, bool for_terminal) {
    out += std::to_string(row.seq);
    append_csv_field(out, row.id, for_terminal);
    append_csv_field(out, row.type, for_terminal);
    append_csv_field(out, row.occurred_at ? format_seconds(*row.occurred_at) : "", false);
    append_csv_field(out, format_micros(row.received_at), false);
    append_csv_field(out, row.user_id.value_or(""), for_terminal);
    for (const TextColumn& column : text_columns) {
        append_csv_field(out, (row.*(column.text)).value_or(""), for_terminal);
    }
    append_csv_field(out, row.duplicate_of ? std::to_string(*row.duplicate_of) : "", false);
    append_csv_field(out, row.extra, for_terminal);
    append_csv_field(out, row.body.value_or(""), for_terminal);
    out += "\r\n";
}

void append_ndjson(std::string& out, const EventRow& row) {
    out.append("{\"seq\":").append(std::to_string(row.seq));
    append_json_field(out, "id", row.id);
    append_json_field(out, "type", row.type);
    const std::string occurred_at = row.occurred_at ? format_seconds(*row.occurred_at) : "";
    append_json_field(out, "occurred_at",
                      row.occurred_at ? OptionalText(occurred_at) : std::nullopt);
    append_json_field(out, "received_at", format_micros(row.received_at));
    out += ",\"user_id\":";
    if (row.user_id && row.user_id_is_number) {
        out += *row.user_id;
    } else if (row.user_id) {
        event::append_json_string(out, *row.user_id);
    } else {
        out += "null";
    }
    for (const TextColumn& column : text_columns) {
        append_json_field(out, column.name, row.*(column.text));
    }
    out += ",\"duplicate_of\":";
    out += row.duplicate_of ? std::to_string(*row.duplicate_of) : "null";
    out.append(",\"extra\":").append(row.extra.empty() ? "null" : row.extra).append(",\"body\":");
    if (row.body) {
        event::append_compacted(out, *row.body);
    } else {
        out += "null";
    }
    out += "}\n";
}

}  // namespace verohook::app
