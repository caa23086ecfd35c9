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
/// One script, one transaction: from a version (0: an empty file) to the current one.
[[nodiscard]] std::string customers_migration(std::int64_t from);

}  // namespace verohook::sinks
