#pragma once

#include "sqlite/database.hpp"

#include <verohook/base/result.hpp>

#include <filesystem>

/// The database file of the `sqlite` sink: its schema, and who may have it.
namespace verohook::sinks {

/// Opens the file for the sink: makes it with its folders, or brings its schema up to date.
/// `corrupt`: it is damaged, or not ours, and was left as it is.
[[nodiscard]] Result<sqlite::Database> open_customers_file(const std::filesystem::path& file);

/// Opens a file that is there, for reading.
[[nodiscard]] Result<sqlite::Database> read_customers_file(const std::filesystem::path& file);

/// After a failed write or sync: makes the next reading of the write-ahead log tell what the disk
/// holds, and not what the system meant to write. Of the database itself nothing has to be
/// forgotten: a checkpoint that failed is done again from the log. (And closing a descriptor of it
/// would take away the locks that another sink of this process may hold.)
[[nodiscard]] Result<void> forget_cached_log(const std::filesystem::path& file);

}  // namespace verohook::sinks
