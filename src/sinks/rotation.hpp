#pragma once

#include <verohook/base/result.hpp>
#include <verohook/base/time.hpp>

#include <cstdint>
#include <filesystem>
#include <vector>

/// Files that were set aside: PATH-20261123T235741Z, with `.1`, `.2`, … for the same second, and
/// with `.gz` once compressed. Where PATH is a symbolic link they are beside what it points to, and
/// named after that.
namespace verohook::sinks {

/// Renames a file that no one writes to any more, durably. Errors: `unavailable`.
[[nodiscard]] Result<void> rotate(const std::filesystem::path& path, Timestamp now);

struct RotationSettings {
    bool gzip = false;
    std::int64_t keep = 0;  ///< How many rotated files stay; 0: all.
};

/// Brings the rotated files of a path into their final form: finishes or repeats what a crash
/// interrupted, compresses, and removes the oldest. Symbolic links among them stay as they are.
/// Failures are logged and harm nothing: the next
/// call tries again.
void tidy_rotated(const std::filesystem::path& path, const RotationSettings& settings);

/// The rotated files of a path, oldest first, compressed or not.
[[nodiscard]] std::vector<std::filesystem::path> rotated_files(const std::filesystem::path& path);

}  // namespace verohook::sinks
