#pragma once

#include "sqlite/database.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace verohook::sinks {

/// The rows of a query, columns with bars between them. Where the query is wrong, its error.
[[nodiscard]] std::vector<std::string> query(const std::filesystem::path& file,
                                             std::string_view sql);

}  // namespace verohook::sinks
