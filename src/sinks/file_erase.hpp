#pragma once

#include "event/person.hpp"

#include <verohook/sink/sink.hpp>

#include <filesystem>

namespace verohook::sinks {

/// Removes the lines that concern a person from a file, compressed or not: where there are any, a
/// new file without them is written, synced and put in its place, which is the target's where the
/// path is a symbolic link. How many lines there were.
/// Errors: `unavailable`, `corrupt`; then the file is as it was.
[[nodiscard]] Result<std::uint64_t> erase_lines(const std::filesystem::path& name,
                                                const event::PersonFinder& person);

/// Removes what a crash in the middle of that has left beside a file and its rotated ones.
void remove_unfinished_erasures(const std::filesystem::path& path);

/// Erases a person from the file of a sink and those that it has rotated.
[[nodiscard]] Result<sink::Erased> erase_from_files(const std::filesystem::path& path,
                                                    const sink::Person& person);

}  // namespace verohook::sinks
