#pragma once

#include <verohook/base/result.hpp>

#include <filesystem>

namespace verohook::sinks {

/// Replaces FILE by FILE.gz so that at every moment one of them is whole: FILE.gz.tmp is written,
/// synced and renamed before FILE is removed. The mode stays. Errors: `unavailable`.
[[nodiscard]] Result<void> gzip_file(const std::filesystem::path& file);

}  // namespace verohook::sinks
