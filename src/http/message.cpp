#include "http/message.hpp"

#include "base/text.hpp"
#include "http/response_writer.hpp"

#include <verohook/base/json_text.hpp>

#include <algorithm>

namespace verohook::http {

namespace {

int hexadecimal_value(char digit) {
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    if (digit >= 'a' && digit <= 'f') {
        return digit - 'a' + 10;
    }
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

}  // namespace

std::optional<std::string_view> RequestHead::header(std::string_view name) const {
    const auto found = std::find_if(headers.begin(), headers.end(), [name](const auto& header) {
        return equals_ignoring_case(header.first, name);
    });
    if (found == headers.end()) {
        return std::nullopt;
    }
    return found->second;
}

std::string RequestHead::joined(std::string_view name) const {
    std::string values;
    bool is_first = true;
    for (const auto& [header_name, value] : headers) {
        if (equals_ignoring_case(header_name, name)) {
            values += is_first ? "" : ", ";
            values += value;
            is_first = false;
        }
    }
    return values;
}

Response problem(unsigned status, std::string_view code, std::string_view detail,
                 std::string_view members) {
    std::string body = R"({"type":"about:blank","title":)";
    append_json_string(body, reason_phrase(status));
    body += ",\"status\":";
    body += std::to_string(status);
    body += ",\"code\":";
    append_json_string(body, code);
    body += ",\"detail\":";
    append_json_string(body, detail);
    if (!members.empty()) {
        body += ',';
        body += members;
    }
    body += "}\n";
    return Response{.status = status,
                    .content_type = "application/problem+json",
                    .body = std::move(body),
                    .reason = code};
}

std::optional<std::string> percent_decode(std::string_view text) {
    if (text.find('%') == std::string_view::npos) {
        return std::string(text);
    }
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            decoded += text[at];
            continue;
        }
        const int high = at + 1 < text.size() ? hexadecimal_value(text[at + 1]) : -1;
        const int low = at + 2 < text.size() ? hexadecimal_value(text[at + 2]) : -1;
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        decoded += static_cast<char>(high * 16 + low);
        at += 2;
    }
    return decoded;
}

std::optional<std::string> query_value(std::string_view query, std::string_view key) {
    while (!query.empty()) {
        const std::size_t ampersand = query.find('&');
        const std::string_view pair = query.substr(0, ampersand);
        query = ampersand == std::string_view::npos ? "" : query.substr(ampersand + 1);
        const std::size_t equals = pair.find('=');
        if (percent_decode(pair.substr(0, equals)) == key) {
            return percent_decode(equals == std::string_view::npos ? "" : pair.substr(equals + 1));
        }
    }
    return std::nullopt;
}

}  // namespace verohook::http
