#pragma once

#include "base/limits.hpp"
#include "delivery/task.hpp"
#include "journal/journal.hpp"

#include <verohook/event/codec.hpp>
#include <verohook/sink/sink.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace verohook::event {
class Redactor;
}

/// The only place where a record meets a sink.
namespace verohook::delivery {

/// One sink as configured, whatever its kind.
struct SinkSettings {
    const sink::SinkKind* kind = nullptr;
    std::string name;
    std::set<std::string, std::less<>>
        types;  ///< Empty: all. `unrecognized` stands for unknown ones.
    event::Format format = event::Format::json;
    bool keep_duplicates = false;
    journal::From from = journal::From::beginning;
    DeliveryLimits limits;
    std::shared_ptr<const event::Redactor> redactor;  ///< Null: the sink gets everything.
    Options options;
    std::filesystem::path state_dir = {};  ///< For what a sink keeps beside the journal.
};

enum class State { starting, idle, delivering, retrying, stopped };

/// What a sink's worker says of itself; a copy.
struct SinkStatus {
    std::string name;
    std::string_view kind;
    State state = State::starting;
    journal::Seq position = 0;
    std::uint64_t delivered = 0;
    std::uint64_t filtered = 0;  ///< Left out by filter, as a duplicate, or as malformed.
    std::uint64_t retries = 0;
    std::uint64_t dead = 0;    ///< Since the start.
    std::uint64_t missed = 0;  ///< Removed by retention before this sink came to them.
    std::string last_error;
    std::optional<Timestamp> last_error_at;
    std::optional<Timestamp> last_success;
    std::vector<TaskStatus> tasks = {};  ///< Under way, or among the last that were.
};

/// What workers do beside the tasks that they are given.
enum class Delivering {
    all,         ///< New events.
    tasks_only,  ///< Nothing: for a command that does one thing while the daemon is stopped.
};

/// Which sinks are to be others from now on.
struct SinkChanges {
    std::vector<std::string> removed;   ///< End, and their places hold back nothing any more.
    std::vector<SinkSettings> changed;  ///< Begin anew, from where they are.
    std::vector<SinkSettings> added;
};

/// One worker thread for each sink.
class Delivery {
public:
    /// Makes every sink once, so that a wrong option is told before anything starts: the first
    /// `invalid_input` is returned. `journal` and `clock` outlive it.
    [[nodiscard]] static Result<std::unique_ptr<Delivery>> start(
        std::vector<SinkSettings> sinks, journal::Journal& journal, const Clock& clock,
        Delivering delivering = Delivering::all);
    virtual ~Delivery() = default;
    [[nodiscard]] virtual std::vector<SinkStatus> status() const = 0;
    /// Gives a task to a sink's worker. Any thread. Errors: `not_found` (no such sink), `locked` (a
    /// task of the same word is under way), `stopping`.
    [[nodiscard]] virtual Result<TaskStatus> submit(const std::string& sink,
                                                    std::unique_ptr<Task> task) = 0;
    /// Ends a task before its next step; its status, or nothing if it is not known. Any thread.
    virtual std::optional<TaskStatus> cancel(std::uint64_t id) = 0;
    /// Ends those sinks that go or change after the batch that they have in hand, and begins those
    /// that are new; the others notice nothing. All or nothing: an `invalid_input` of one that is
    /// made is returned, and those that had ended go on as they were. A sink that does not end
    /// within `timeout` is stuck: its thread is left behind. Errors: that, and `stopping`. One
    /// thread at a time.
    [[nodiscard]] virtual Result<void> change(SinkChanges changes,
                                              std::chrono::milliseconds timeout) = 0;
    /// Has every sink reopen its files.
    virtual void request_reopen() = 0;
    /// Lets workers deliver what is there, for at most `timeout`, then has them stop; true if every
    /// worker has ended. False: one is stuck inside its sink and its thread was left behind.
    virtual bool stop(std::chrono::milliseconds timeout) = 0;
    /// The same, but has them stop after the batch that they have in hand.
    virtual bool stop_where_they_are(std::chrono::milliseconds timeout) = 0;
};

}  // namespace verohook::delivery
