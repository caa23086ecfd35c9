#pragma once

#include "sqlite/database.hpp"

namespace verohook::journal {

/// Moves what schema version 3 kept in a row for each record, and for each dead letter, to the
/// tables of version 4, and drops the old ones. Within the transaction under way. What was damaged
/// stays so.
[[nodiscard]] Result<void> rows_to_blocks(sqlite::Database& database);

}  // namespace verohook::journal
