#pragma once

#include "customers/reader.hpp"

#include <verohook/base/result.hpp>

#include <filesystem>
#include <memory>

namespace verohook::sinks {

/// Reads a file of the `sqlite` sink, while the sink writes or not. `not_found`: there is none.
[[nodiscard]] Result<std::unique_ptr<customers::Reader>> open_sqlite_reader(
    const std::filesystem::path& file);

/// The file that a sink with this option has.
[[nodiscard]] std::filesystem::path customers_file(const std::filesystem::path& state_dir,
                                                   const std::string& path);

}  // namespace verohook::sinks
