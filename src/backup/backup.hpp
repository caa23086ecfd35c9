#pragma once

#include "journal/journal.hpp"

#include <verohook/base/result.hpp>
#include <verohook/base/time.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// One file that holds all that verohook keeps: the journal and the databases of its sinks. A tape
/// archive (tar) with `manifest.json`, `sinks/NAME.db` for each such sink, and `journal.db`.
namespace verohook::backup {

/// The database that a sink keeps on this machine.
struct SinkDatabase {
    std::string sink;
    std::filesystem::path file;
};

/// What a backup holds.
struct Contents {
    Timestamp made_at;
    journal::Health journal = {};  ///< Its oldest and newest event.
    std::uint64_t events = 0;      ///< In the journal.
    std::uint64_t damaged = 0;     ///< Of these.
    std::vector<std::string> sinks = {};
};

/// Told while it goes on: what is done, and how much of it in bytes, or events.
using Told = std::function<void(std::string_view what, std::uint64_t done, std::uint64_t total)>;

/// Makes a backup while the daemon runs or not. The sinks' databases are copied before the journal,
/// so that none of them is ahead of it. Everything is read and checked before `file` gets its name;
/// an existing one is left as it is (`invalid_input`). Errors: `not_found` where there is no
/// journal, `corrupt`, `unavailable`.
[[nodiscard]] Result<Contents> make(const std::filesystem::path& state_dir,
                                    const std::vector<SinkDatabase>& sinks,
                                    const std::filesystem::path& file, Timestamp now,
                                    const Told& told);

struct Restored : Contents {
    journal::Seq next = 0;  ///< The number of the next event.
    /// Sinks whose databases were left out, since no such sink is configured.
    std::vector<std::string> left_out = {};
};

/// Puts what a backup holds into its place, all or nothing: the journal comes last. Numbers that
/// may have been given since the backup was made are left out. Errors: `locked` while a daemon
/// runs; `invalid_input` where something is in the place already, or `file` is no backup, is
/// incomplete, or is of a newer version; `corrupt`, `unavailable`.
[[nodiscard]] Result<Restored> restore(const std::filesystem::path& file,
                                       const std::filesystem::path& state_dir,
                                       const std::vector<SinkDatabase>& sinks, Timestamp now,
                                       const Told& told);

}  // namespace verohook::backup
