#pragma once

#include "admin/status.hpp"
#include "backup/backup.hpp"
#include "config/config.hpp"
#include "delivery/delivery.hpp"
#include "http/server.hpp"
#include "ingest/access_log.hpp"
#include "ingest/endpoint.hpp"
#include "journal/sqlite_journal.hpp"

#include <filesystem>
#include <string>
#include <vector>

/// From the configuration's plain settings to what each module takes.
namespace verohook::app {

/// The kinds of sinks as configuration sees them, also those that this build lacks.
[[nodiscard]] std::vector<config::KindOptions> kind_options();

/// The file, or the built-in defaults where `file` is empty.
[[nodiscard]] Result<config::Settings> load_settings(const std::filesystem::path& file);

[[nodiscard]] http::ServerSettings server_settings(const config::Settings& settings);
[[nodiscard]] http::ServerSettings admin_settings(const config::Settings& settings);
/// Raises the limit of open files as far as it goes, and fits the connections of both servers to
/// it; the log says so where the configured maximum cannot be had.
void fit_to_descriptors(http::ServerSettings& server, http::ServerSettings& admin);
[[nodiscard]] ingest::EndpointSettings endpoint_settings(const config::Settings& settings);
[[nodiscard]] ingest::AccessSettings access_settings(const config::Settings& settings);
[[nodiscard]] journal::SqliteJournalSettings journal_settings(const config::Settings& settings);
[[nodiscard]] std::vector<delivery::SinkSettings> sink_settings(const config::Settings& settings);
/// The databases that sinks of the configuration keep on this machine, also of those that are off.
[[nodiscard]] std::vector<backup::SinkDatabase> sink_databases(const config::Settings& settings);
/// Every sink of the configuration, also those that are off.
[[nodiscard]] std::vector<admin::KnownSink> known_sinks(const config::Settings& settings);

}  // namespace verohook::app
