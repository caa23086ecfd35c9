#pragma once

#include "journal/journal.hpp"
#include "sqlite/database.hpp"

#include <array>
#include <cstdint>
#include <string_view>

/// How a record stands in a row of the table `record`. Once it was erased, its kind is that of
/// `Kind` plus 16.
namespace verohook::journal {

/// The columns of a record in the order of `bind_record` and `read_record`.
inline constexpr std::string_view record_columns =
    "seq, id, kind, type, received_at, occurred_at, duplicate_of, remote, request_id, headers, "
    "body, checksum";

/// An id as it stands in the file: big-endian, so that `hex(id)` shows what the program shows.
[[nodiscard]] std::array<char, 16> id_bytes(const Hash128& id);
[[nodiscard]] Hash128 id_from_bytes(std::string_view bytes);

/// XXH3, 64 bits, over every other field.
[[nodiscard]] std::uint64_t record_checksum(const Record& record);

/// Binds 1 to 12. `record` and `id` must live until the statement was reset.
void bind_record(sqlite::Statement& statement, const Record& record,
                 const std::array<char, 16>& id);

/// Binds what changes of a record that was erased: kind, body, checksum and type, as 3 to 6.
void bind_erased(sqlite::Statement& statement, const Record& record);

/// The row that the statement stands on. Error: `corrupt`, naming the seq.
[[nodiscard]] Result<RecordPtr> read_record(const sqlite::Statement& statement);

/// Stands for a row that cannot be believed: its seq, and when it came, as far as is known.
[[nodiscard]] RecordPtr damaged_record(const sqlite::Statement& statement);
[[nodiscard]] Error damaged_record_error(Seq seq);

/// What a record counts for against `retention_size`.
[[nodiscard]] std::uint64_t record_bytes(const Draft& draft);

/// What a draft occupies in memory, roughly, in bytes.
[[nodiscard]] std::size_t draft_bytes(const Draft& draft);

}  // namespace verohook::journal
