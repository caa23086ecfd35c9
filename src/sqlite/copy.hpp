#pragma once

#include "sqlite/database.hpp"

#include <verohook/base/result.hpp>

#include <filesystem>

namespace verohook::sqlite {

/// Copies a database, as it was when the copy began, while others read and write it. `to` is a new
/// file, for its owner alone, and synced in the end; what an error leaves of it is the caller's to
/// remove. Errors: `not_found`, `corrupt`, `unavailable`.
[[nodiscard]] Result<void> copy_database(const std::filesystem::path& from,
                                         const std::filesystem::path& to, const BytesDone& told);

/// Looks through a whole file that nobody changes. Error: `corrupt`.
[[nodiscard]] Result<void> check_database(const std::filesystem::path& file);

}  // namespace verohook::sqlite
