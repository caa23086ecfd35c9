#pragma once

#include "customers/reader.hpp"

#include <verohook/base/option.hpp>
#include <verohook/base/result.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace verohook::sinks {

/// Whether the tables of a kind can be read, for the commands for people.
[[nodiscard]] bool is_readable(std::string_view kind);

/// Opens what a sink of a readable kind writes.
[[nodiscard]] Result<std::unique_ptr<customers::Reader>> open_reader(
    std::string_view kind, const Options& options, const std::filesystem::path& state_dir);

/// Opens a file of the `sqlite` sink by its path, or the schema of a `postgres` sink by the URL or
/// connection string of its database.
[[nodiscard]] Result<std::unique_ptr<customers::Reader>> open_reader(const std::string& target,
                                                                     const std::string& schema);

}  // namespace verohook::sinks
