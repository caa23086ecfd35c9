#pragma once

#include "sinks/postgres_connection.hpp"

#include <cstdint>
#include <string>

/// The tables of the `postgres` sink, all in one schema, and its transactions.
namespace verohook::sinks {

/// Begins a transaction in which names mean those of the schema, and in which nobody else writes
/// into it: writers come one after the other, whichever process they are in.
[[nodiscard]] Result<void> begin_writing(PostgresConnection& connection, const std::string& schema);
/// Begins one that reads, all of it from the same moment.
[[nodiscard]] Result<void> begin_reading(PostgresConnection& connection, const std::string& schema);

/// Makes what is missing, and brings an older schema up to date, step by step. Inside
/// `begin_writing`: it ends that transaction, has one for each step, and leaves one open. A schema
/// of something else is left as it is.
[[nodiscard]] Result<void> migrate(PostgresConnection& connection, const std::string& schema);
/// Whether the schema has the tables as this program knows them. `not_found`: it has none.
[[nodiscard]] Result<void> check_readable(PostgresConnection& connection,
                                          const std::string& schema);

}  // namespace verohook::sinks
