#pragma once

#include "journal/journal.hpp"
#include "sqlite/database.hpp"

#include <filesystem>
#include <vector>

/// A backup is older than what its journal became. Whatever was given a number since then may have
/// reached sinks, which know events by their numbers: so once a backup is restored, those numbers
/// must not be given again.
namespace verohook::journal {

/// The numbers that were left out so far, in order.
[[nodiscard]] Result<std::vector<SeqRange>> unused_numbers(sqlite::Database& database);

/// Makes a copy of a journal ready to be used in its place: brings it to the current schema, and
/// leaves out more numbers than can have been given since; the next one. Nobody else has the file
/// open. Errors: as those of `inspect`.
[[nodiscard]] Result<Seq> take_restored(const std::filesystem::path& file, Timestamp now);

}  // namespace verohook::journal
