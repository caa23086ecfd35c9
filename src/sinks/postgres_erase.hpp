#pragma once

#include "sinks/postgres_connection.hpp"

#include <verohook/sink/sink.hpp>

namespace verohook::sinks {

/// Erases a person from the `postgres` sink's tables, inside a transaction of `begin_writing`; how
/// many rows held something. Events keep their place, type and times, so that a replay does not
/// bring them back; customers with one of the ids or addresses are removed.
[[nodiscard]] Result<std::uint64_t> erase_person(PostgresConnection& connection,
                                                 const sink::Person& person);

}  // namespace verohook::sinks
