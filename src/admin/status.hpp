#pragma once

#include "delivery/delivery.hpp"
#include "journal/sqlite_journal.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

/// What the program says of itself to those who run it, and what they may have it do.
namespace verohook::admin {

/// A sink of the configuration, whether it is on or not.
struct KnownSink {
    std::string name;
    std::string kind;
    bool enabled = true;
    std::string erase_by_hand = {};  ///< As in `sink::SinkKind`.
};

/// One sink, as people and programs see it.
struct SinkReport {
    std::string name;
    std::string kind;  ///< Empty where the configuration does not have it.
    /// A worker's state, or `disabled`, or `not configured`.
    std::string state;
    std::optional<journal::Seq> position = {};  ///< None: it has no place in the journal yet.
    /// Events that came after its position, which may be left out by its filter; none for a sink
    /// that gets nothing.
    std::optional<std::uint64_t> lag_events = {};
    /// Age of the oldest of these.
    std::optional<std::chrono::milliseconds> lag = {};
    std::uint64_t delivered = 0;  ///< This and what follows: since the start.
    std::uint64_t filtered = 0;
    std::uint64_t retries = 0;
    std::uint64_t missed = 0;
    std::uint64_t rejected = 0;  ///< Put to the dead letters since the start.
    std::uint64_t dead = 0;      ///< Dead letters that are kept.
    std::string last_error = {};
    std::optional<Timestamp> last_error_at = {};
    std::optional<Timestamp> last_success = {};
    std::vector<delivery::TaskStatus> tasks = {};
};

struct JournalReport {
    journal::Health health;
    std::optional<Timestamp> oldest_at = {};
    std::optional<Timestamp> newest_at = {};
};

struct Status {
    bool running = false;  ///< Whether a daemon says so; else it was read from the file.
    Timestamp at;
    JournalReport journal;
    std::vector<SinkReport> sinks;
    bool letters_read = true;  ///< False: every `dead` is 0 because nobody could look.
};

/// In a daemon. May read the file.
[[nodiscard]] Result<Status> collect(journal::Journal& journal, const delivery::Delivery* delivery,
                                     const std::vector<KnownSink>& known, Timestamp now);
/// The same, whatever of the file can be read.
[[nodiscard]] Status collect_readable(journal::Journal& journal, const delivery::Delivery* delivery,
                                      const std::vector<KnownSink>& known, Timestamp now);
/// From the file alone.
[[nodiscard]] Result<Status> collect(journal::JournalReader& reader,
                                     const std::vector<KnownSink>& known, Timestamp now);

}  // namespace verohook::admin
