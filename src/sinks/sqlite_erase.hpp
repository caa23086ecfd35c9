#pragma once

#include "sqlite/database.hpp"

#include <verohook/sink/sink.hpp>

namespace verohook::sinks {

/// Erases a person from the `sqlite` sink's tables, in one transaction, and then from the log and
/// the free pages of its file. Events keep their place, type and times, so that a replay does not
/// bring them back; customers with one of the ids or addresses are removed.
[[nodiscard]] Result<sink::Erased> erase_person(sqlite::Database& database,
                                                const sink::Person& person);

}  // namespace verohook::sinks
