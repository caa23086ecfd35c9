#pragma once

#include <string>

namespace verohook::sinks {

/// Whether a text is a URL or a connection string, as far as can be told without connecting. A
/// password whose special characters are not encoded makes it none: libpq would take a part of it
/// for the host, the port or the database, and name that in its errors.
[[nodiscard]] bool is_postgres_target(const std::string& target);

/// What is said of what is none, without a word of it: it may hold the password.
inline constexpr const char* postgres_target_rule =
    "must be a URL of PostgreSQL, such as \"postgresql://user@host/database?sslmode=verify-full\", "
    "or a connection string, such as \"host=host dbname=database\"; in a URL's password "
    "percent-encode what is no letter or digit";

}  // namespace verohook::sinks
