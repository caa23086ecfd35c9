#include "admin/inspector/assets.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "http/gzip.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace verohook::admin {

namespace {

constexpr std::string_view folder = "/web";
/// More than any file of the page has.
constexpr std::size_t file_bytes_max = 4UL * 1024 * 1024;

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> content_types{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {"", "text/plain; charset=utf-8"},
}};

std::string_view content_type_of(std::string_view path) {
    return std::find_if(content_types.begin(), content_types.end(),
                        [path](const auto& type) { return path.ends_with(type.first); })
        ->second;
}

/// Whether one of a header's comma-separated values is `wanted`, and is not weighed with zero.
bool names(std::string_view list, std::string_view wanted) {
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        const std::string_view item = list.substr(0, comma);
        list = comma == std::string_view::npos ? "" : list.substr(comma + 1);
        const std::size_t semicolon = item.find(';');
        if (trim(item.substr(0, semicolon)) != wanted) {
            continue;
        }
        const std::string_view weight =
            semicolon == std::string_view::npos ? "" : trim(item.substr(semicolon + 1));
        return !weight.starts_with("q=0") || weight.find_first_of("123456789") != weight.npos;
    }
    return false;
}

}  // namespace

std::optional<http::Response> find_page(const http::RequestHead& head) {
    std::string_view path = head.path == "/" ? "/web/index.html" : std::string_view(head.path);
    if (!path.starts_with(folder)) {
        return std::nullopt;
    }
    path.remove_prefix(folder.size());
    const auto files = assets();
    const auto file = std::find_if(files.begin(), files.end(),
                                   [path](const Asset& asset) { return asset.path == path; });
    if (file == files.end()) {
        return std::nullopt;
    }
    const bool packed = names(head.joined("Accept-Encoding"), "gzip");
    // One for each form of the file (RFC 9110, section 8.8.3.3).
    const std::string tag = "\"" + to_hex(hash64(file->gzipped)) + (packed ? "-gzip\"" : "\"");
    http::Response response;
    response.content_type = content_type_of(path);
    response.headers = {{"ETag", tag}, {"Cache-Control", "no-cache"}, {"Vary", "Accept-Encoding"}};
    if (names(head.joined("If-None-Match"), tag)) {
        response.status = 304;
        return response;
    }
    if (packed) {
        response.headers.emplace_back("Content-Encoding", "gzip");
        response.body = file->gzipped;
    } else if (auto plain = http::gunzip(file->gzipped, file_bytes_max)) {
        response.body = *std::move(plain);
    }
    return response;
}

}  // namespace verohook::admin
