#pragma once

#include <cstdint>
#include <string>

namespace verohook::sinks {

/// "VERC", in the header of the file, so that a foreign database is known as such.
inline constexpr std::int64_t customers_application_id = 0x56455243;

/// For each connection that writes.
extern const char* const customers_settings;
extern const char* const customers_version_query;

[[nodiscard]] std::int64_t customers_schema_version();
/// A script, to be run in one transaction: to a version, from the one before it (0: an empty file).
[[nodiscard]] std::string customers_step(std::int64_t to);

}  // namespace verohook::sinks
