#pragma once

#include "admin/forget.hpp"
#include "journal/journal.hpp"

#include <string>

/// What people read of erasures.
namespace verohook::app {

/// What an erasure would find.
[[nodiscard]] std::string plan_text(const admin::ForgetStatus& found);
/// What came of one.
[[nodiscard]] std::string outcome_text(const admin::ForgetStatus& status);
/// A report as the journal keeps it; `as_json`: one object on a line.
[[nodiscard]] std::string report_text(const journal::ErasureReport& report, bool as_json);

}  // namespace verohook::app
