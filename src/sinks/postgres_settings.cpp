#include "sinks/postgres_settings.hpp"

#include "base/text.hpp"
#include "sinks/postgres_url.hpp"

#include <string_view>

namespace verohook::sinks {

namespace {

constexpr std::int64_t postgres_timeout_ms_min = 100;
constexpr std::int64_t postgres_timeout_ms_max = 3'600'000;
/// Beyond, PostgreSQL cuts a name off.
constexpr std::size_t schema_bytes_max = 63;

bool is_schema_name(std::string_view name) {
    return !name.empty() && name.size() <= schema_bytes_max && printable(name) == name &&
           !name.starts_with("pg_") && name != "information_schema";
}

}  // namespace

PostgresSettings read_postgres_options(const Options& options,
                                       std::vector<OptionComplaint>& complaints) {
    PostgresSettings settings;
    if (options.has("url")) {
        settings.target = options.text("url");
    }
    settings.schema = options.text("schema");
    settings.timeout = options.duration("timeout");
    if (!settings.target.empty() && !is_postgres_target(settings.target)) {
        complaints.push_back({"url", postgres_target_rule});
    }
    if (!is_schema_name(settings.schema)) {
        complaints.push_back({"schema",
                              "must be the name of a schema, of at most 63 bytes, and none of "
                              "PostgreSQL's own"});
    }
    return settings;
}

std::vector<OptionSpec> postgres_option_specs() {
    return {
        {.name = "url",
         .type = OptionType::secret,
         .help = "Where to: postgresql://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full, or "
                 "a connection string; what it leaves out comes from PGHOST, PGUSER and so on."},
        {.name = "schema",
         .fallback = "\"verohook\"",
         .help = "The schema of the tables, made if missing; nothing is made outside it."},
        {.name = "timeout",
         .type = OptionType::duration,
         .fallback = "\"30s\"",
         .help = "How long the server may take for one statement.",
         .min = postgres_timeout_ms_min,
         .max = postgres_timeout_ms_max},
    };
}

}  // namespace verohook::sinks
