#pragma once

#include "journal/record_block.hpp"
#include "sqlite/database.hpp"

#include <string_view>

/// How a block stands in a row of the table `block`, and a single record in a dead letter.
namespace verohook::journal {

/// What `block_of_row` reads, in its order.
inline constexpr std::string_view block_columns = "first, last, received_at, records";

/// The block of the row that the statement stands on; valid until its next step.
[[nodiscard]] BlockView block_of_row(const sqlite::Statement& statement);

/// The record of a dead letter, null where it has none, or a damaged one.
[[nodiscard]] RecordPtr record_of_letter(const sqlite::Statement& statement, int column, Seq seq);

}  // namespace verohook::journal
