#pragma once

#include "sink_fixture.hpp"
#include "support/paths.hpp"

#include <string>

namespace verohook::sinks {

/// Statements that make the tables of an older version, with 30 events of a journal in them. A
/// program of that version wrote them; `sqlite3 .dump` and `pg_dump --inserts` read them.
[[nodiscard]] inline std::string old_tables(const std::string& name) {
    return read_file(test::source_folder() / "tests/data/tables" / name);
}

}  // namespace verohook::sinks
