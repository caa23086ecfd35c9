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
/// Runs statements as somebody else would, with another program; makes the file if need be.
void run_sql(const std::filesystem::path& file, const std::string& sql);

}  // namespace verohook::sinks
