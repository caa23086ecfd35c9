#pragma once

#include "journal/journal.hpp"

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace verohook::journal {

/// Where the sinks are, and which of that has yet to reach the disk. Any thread; the writer takes
/// changes, saves them, and says what came of it.
class Cursors {
public:
    /// `nudge` wakes the writer.
    Cursors(const std::map<std::string, Seq>& stored, std::function<void()> nudge);

    /// Makes a sink known; a new one is on the disk when this returns. `start`: where a new one
    /// begins. Error: `unavailable`, `stopping`.
    [[nodiscard]] Result<Seq> open(const std::string& sink, Seq start);
    void commit(const std::string& sink, Position position);
    /// Retention waits for it no more, and looks anew.
    void release(const std::string& sink);
    [[nodiscard]] std::map<std::string, Seq> positions() const;
    /// Blocks until the change was saved. Error: `unavailable`, `stopping`.
    [[nodiscard]] Result<void> change_letters(const std::string& sink, LetterChange change);

    struct Change {
        std::string sink;
        Position position;
    };
    /// A change among dead letters that somebody waits for.
    struct LetterRequest {
        std::string sink;
        LetterChange change;
        std::optional<Result<void>> outcome = {};
    };
    /// What a commit is to hold, and what retention must leave: nothing above `floor` may go.
    struct Pending {
        std::vector<Change> changes;
        std::vector<std::shared_ptr<LetterRequest>> letters;
        bool released = false;  ///< A sink holds nothing back any more.
        [[nodiscard]] bool empty() const { return changes.empty() && letters.empty() && !released; }
        Seq floor = UINT64_MAX;
        std::string floor_sink;  ///< Whose position that is; empty: no sink is open.
    };
    /// Whose positions hold back retention.
    enum class Holds {
        opened,  ///< Those of sinks that are open.
        all,     ///< Those of every sink ever opened: at the start, before all are open again.
    };
    [[nodiscard]] Pending take(Holds holds);
    void saved(Pending& pending);
    /// Takes changes back after a failed commit; sinks that wait to be opened get the error.
    void failed(Pending pending, const Error& error);
    void recovered();
    void close();
    /// Whether a position should wake the writer at once, since retention waits for it.
    void set_urgent(bool urgent);

private:
    struct Entry {
        Position position;
        bool opened = false;
        bool dirty = false;
        bool stored = false;
    };

    void answer(std::vector<std::shared_ptr<LetterRequest>>& requests, const Result<void>& outcome);

    std::function<void()> nudge_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, Entry> entries_;
    std::vector<std::shared_ptr<LetterRequest>> letters_;  ///< Not yet taken.
    std::optional<Error> error_;
    bool released_ = false;
    bool urgent_ = false;
};

}  // namespace verohook::journal
