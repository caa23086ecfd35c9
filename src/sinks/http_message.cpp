#include "sinks/http_message.hpp"

#include "sinks/webhook_signature.hpp"

#include <verohook/event/cloud_event.hpp>

#include <utility>

namespace verohook::sinks {

namespace {

std::string make_body(const HttpSettings& settings, std::span<const sink::Item> items) {
    std::string body;
    if (settings.binary) {
        const sink::Item& item = items.front();
        event::encode(event::Format::json, item.envelope, item.event, item.body, body);
        return body;
    }
    if (settings.mode == HttpMode::single) {
        return std::string(items.front().text);
    }
    const bool is_array = settings.mode == HttpMode::array;
    for (const sink::Item& item : items) {
        if (is_array) {
            body += body.empty() ? '[' : ',';
        }
        body += item.text;
        if (!is_array) {
            body += '\n';
        }
    }
    if (is_array) {
        body += ']';
    }
    return body;
}

std::string_view content_type(const HttpSettings& settings) {
    if (settings.mode == HttpMode::ndjson) {
        return "application/x-ndjson";
    }
    if (settings.format != event::Format::cloudevents || settings.binary) {
        return "application/json";
    }
    return settings.mode == HttpMode::array ? "application/cloudevents-batch+json"
                                            : "application/cloudevents+json";
}

void add_attributes(http::ClientRequest& request, const sink::Item& item) {
    const event::CloudEvent attributes = event::cloud_event(item.envelope, item.event);
    const auto add = [&](std::string name, std::string_view value) {
        request.headers.emplace_back(std::move(name), cloud_event_header(value));
    };
    add("ce-specversion", event::cloud_events_version);
    add("ce-id", attributes.id);
    add("ce-source", attributes.source);
    add("ce-type", attributes.type);
    add("ce-time", attributes.time);
    if (attributes.subject) {
        add("ce-subject", *attributes.subject);
    }
    add("ce-sequence", attributes.sequence);
}

}  // namespace

std::string webhook_id(std::span<const sink::Item> items) {
    const std::string& first = items.front().envelope.id;
    return items.size() == 1 ? first : first + "-" + items.back().envelope.id;
}

std::string cloud_event_header(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr unsigned low_bits = 0xF;
    std::string value;
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte > ' ' && byte < 0x7F && byte != '"' && byte != '%') {
            value += character;
        } else {
            value += '%';
            value += digits[byte >> 4U];
            value += digits[byte & low_bits];
        }
    }
    return value;
}

http::ClientRequest make_http_request(const HttpSettings& settings,
                                      std::span<const sink::Item> items, Timestamp now) {
    http::ClientRequest request;
    request.headers = settings.headers;
    request.headers.emplace_back("content-type", content_type(settings));
    request.body = make_body(settings, items);
    std::string id = webhook_id(items);
    if (!settings.keys.empty()) {
        std::string timestamp = webhook_timestamp(now);
        request.headers.emplace_back("webhook-signature",
                                     webhook_signature(settings.keys, id, timestamp, request.body));
        request.headers.emplace_back("webhook-timestamp", std::move(timestamp));
    }
    request.headers.emplace_back("webhook-id", std::move(id));
    if (settings.binary) {
        add_attributes(request, items.front());
    }
    return request;
}

}  // namespace verohook::sinks
