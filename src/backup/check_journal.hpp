#pragma once

#include "backup/backup.hpp"

namespace verohook::backup {

/// Reads every record of the journal in a folder that nobody else uses. What is damaged is counted,
/// and is no error.
[[nodiscard]] Result<void> check_journal(const std::filesystem::path& folder, Contents& contents,
                                         const Told& told);

}  // namespace verohook::backup
