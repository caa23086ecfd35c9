#pragma once

#include <verohook/base/result.hpp>

#include <string_view>

struct sqlite3;

namespace verohook::sqlite {

/// SQLite's failure in one sentence: the file, what failed, the system's word, what to do.
/// `corrupt` where the file cannot be read as a database, else `unavailable`. `connection` may be
/// null; `doing` is put in front where it is not empty.
[[nodiscard]] Error database_error(sqlite3* connection, int code, std::string_view doing = {});

}  // namespace verohook::sqlite
