#pragma once

#include "http/message.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace verohook::admin {

/// A file of the page (src/admin/web), as it is embedded in the program.
struct Asset {
    std::string_view path;  ///< `/app.js`
    std::string_view gzipped;
};
/// Written by CMake.
[[nodiscard]] std::span<const Asset> assets();

/// Answers a GET of the page: `/` and `/web/NAME`. Nothing: there is no such file.
[[nodiscard]] std::optional<http::Response> find_page(const http::RequestHead& head);

}  // namespace verohook::admin
