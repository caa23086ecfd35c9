#include "http/response_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <utility>

namespace verohook::http {

namespace {

constexpr std::array<std::pair<unsigned, std::string_view>, 28> phrases{{
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
}};

void append_number(std::string& out, std::uint64_t number) {
    std::array<char, 20> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    out.append(digits.data(), end);
}

/// A line break in a value would be another header, and then another response.
void append_value(std::string& out, std::string_view value) {
    const std::size_t start = out.size();
    out += value;
    std::replace_if(
        out.begin() + static_cast<std::ptrdiff_t>(start), out.end(),
        [](char byte) { return byte == '\r' || byte == '\n' || byte == '\0'; }, ' ');
}

void append_status_line(std::string& out, unsigned status) {
    if (status == 200) {
        out += "HTTP/1.1 200 OK\r\n";
        return;
    }
    out += "HTTP/1.1 ";
    append_number(out, status);
    out += ' ';
    out += reason_phrase(status);
    out += "\r\n";
}

}  // namespace

std::string_view reason_phrase(unsigned status) {
    const auto* const found =
        std::find_if(phrases.begin(), phrases.end(),
                     [status](const auto& phrase) { return phrase.first == status; });
    return found == phrases.end() ? "Unknown" : found->second;
}

void ResponseWriter::append(std::string& out, const Response& response,
                            const ResponseContext& context) {
    refresh_date();
    append_status_line(out, response.status);
    out += "Date: ";
    out += date_;
    out += "\r\nServer: verohook\r\n";
    const bool has_content = response.status != 204 && response.status != 304;
    if (has_content) {
        if (!response.content_type.empty()) {
            out += "Content-Type: ";
            out += response.content_type;
            out += "\r\n";
        }
        out += "Content-Length: ";
        append_number(out, response.body.size());
        out += "\r\n";
    }
    out += "X-Request-Id: ";
    out += context.request_id;
    out += "\r\n";
    if (!context.keep_alive) {
        out += "Connection: close\r\n";
    } else if (context.version < 11) {
        out += "Connection: keep-alive\r\n";
    }
    for (const auto& [name, value] : response.headers) {
        append_value(out, name);
        out += ": ";
        append_value(out, value);
        out += "\r\n";
    }
    out += "\r\n";
    if (has_content && !context.is_head) {
        out += response.body;
    }
}

void ResponseWriter::refresh_date() {
    written_at_ = clock_.now();
    const auto since_epoch = written_at_.time_since_epoch();
    const auto second = std::chrono::floor<std::chrono::seconds>(since_epoch).count();
    if (second == date_second_) {
        return;
    }
    date_second_ = second;
    const std::time_t time = second;
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    // Spelled out instead of strftime, whose names follow the locale.
    constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::array<char, 64> text{};
    const int length =
        std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                      days[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                      months[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900,
                      parts.tm_hour, parts.tm_min, parts.tm_sec);
    date_.assign(text.data(), static_cast<std::size_t>(length));
}

}  // namespace verohook::http
