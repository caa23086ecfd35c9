#pragma once

#include "customers/event_row.hpp"

#include <string>

namespace verohook::app {

/// The line with the names of the columns.
[[nodiscard]] std::string csv_head();
/// One record as in RFC 4180, with its line end; the texts as they are, unless it goes to a
/// terminal, which must not be painted by them.
void append_csv(std::string& out, const customers::EventRow& row, bool for_terminal);
/// One JSON object and a line end; `extra` and `body` as JSON, the latter as Vero sent it.
void append_ndjson(std::string& out, const customers::EventRow& row);

}  // namespace verohook::app
