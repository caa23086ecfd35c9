#pragma once

#include <verohook/base/result.hpp>

#include <filesystem>

namespace verohook::doctor {

/// Whether the journal could be written in a folder: makes what is missing of it and writes a file
/// there, then removes both. Error: `unavailable`, with what could not be done.
[[nodiscard]] Result<void> try_state_folder(const std::filesystem::path& folder);

}  // namespace verohook::doctor
