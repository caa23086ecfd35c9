#include "app/log_line.hpp"

#include "base/mask.hpp"

#include <verohook/base/json_text.hpp>

#include <utility>

namespace verohook::app {

std::string log_text(const log::Record& record) {
    std::string text = record.message;
    for (const log::Field& field : record.fields) {
        text.append(" ").append(field.name).append("=").append(field.value);
    }
    return text;
}

std::string log_members(const log::Record& record) {
    std::string text = R"("message":)";
    append_json_string(text, record.message);
    for (const log::Field& field : record.fields) {
        text.append(",\"").append(field.name).append("\":");
        if (field.is_number) {
            text += field.value;
        } else {
            append_json_string(text, field.value);
        }
    }
    return text;
}

void mask_record(log::Record& record, std::span<const std::string> secrets) {
    const auto mask = [&](std::string& text) {
        text = mask_secrets(std::move(text), secrets);
        if (record.level > log::Level::debug) {
            text = mask_addresses(std::move(text));
        }
    };
    mask(record.message);
    for (log::Field& field : record.fields) {
        if (!field.is_number) {
            mask(field.value);
        }
    }
}

}  // namespace verohook::app
