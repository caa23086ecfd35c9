#pragma once

#include <verohook/base/result.hpp>

#include <filesystem>

/// The journal's folder and what the system must be told so that it is still there after a power
/// cut.
namespace verohook::journal {

/// Makes the folder, for its owner alone, if it is missing. Error: `unavailable`.
[[nodiscard]] Result<void> make_folder(const std::filesystem::path& directory);

/// Makes an empty file, for its owner alone, if it is missing, and syncs the folder. Error:
/// `unavailable`.
[[nodiscard]] Result<void> make_file(const std::filesystem::path& file);

/// Whether a file is missing or holds nothing.
[[nodiscard]] bool holds_nothing(const std::filesystem::path& file);

/// Has the kernel forget what it holds of a file in memory, so that the next read shows what is on
/// the disk: after a failed sync memory still shows what the disk never took. A missing file is no
/// error; `unavailable` where the sync of what is still waiting fails.
[[nodiscard]] Result<void> forget_cached(const std::filesystem::path& file);

}  // namespace verohook::journal
