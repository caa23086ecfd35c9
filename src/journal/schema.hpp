#pragma once

#include "sqlite/database.hpp"

#include <filesystem>
#include <string>

namespace verohook::journal {

enum class FileState {
    fresh,     ///< Empty: the schema is to be made.
    outdated,  ///< An older version's: to be migrated.
    current,
};

/// Looks at a database without changing it. Errors: `corrupt` for what is no journal or is
/// damaged, `invalid_input` for one that a newer version wrote, `unavailable`.
[[nodiscard]] Result<FileState> inspect(sqlite::Database& database,
                                        const std::filesystem::path& file);

/// The same for a file, whose newest records are also held against their checksums. But for the
/// rollback of a change that was cut off, without which nothing can be read, the file is
/// not written to.
[[nodiscard]] Result<FileState> inspect_file(const std::filesystem::path& file,
                                             const std::string& vfs);

/// Brings an empty or older database to the current schema.
[[nodiscard]] Result<void> migrate(sqlite::Database& database);

}  // namespace verohook::journal
