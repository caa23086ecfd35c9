#pragma once

#include "base/hash.hpp"
#include "journal/journal.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace verohook::journal {

/// Where the window is kept. `entries` of a segment: up to 64 of 32 bytes each.
class SegmentStore {
public:
    virtual ~SegmentStore() = default;
    /// Empty where there is no such segment.
    [[nodiscard]] virtual Result<std::string> read_segment(std::uint64_t segment) = 0;
    [[nodiscard]] virtual Result<void> write_segment(std::uint64_t segment,
                                                     std::string_view entries) = 0;
    [[nodiscard]] virtual Result<void> remove_segment(std::uint64_t segment) = 0;
    /// First and last segment; nothing where there is none.
    struct Range {
        std::uint64_t first = 0;
        std::uint64_t last = 0;
    };
    [[nodiscard]] virtual Result<std::optional<Range>> segments() = 0;
    /// Calls `visitor` for each segment from `first` on, in order.
    class Visitor {
    public:
        virtual ~Visitor() = default;
        virtual void visit(std::uint64_t segment, std::string_view entries) = 0;
    };
    [[nodiscard]] virtual Result<void> visit_segments(std::uint64_t first, Visitor& visitor) = 0;
};

/// The last events that had a time: which of them had this id? Exact, and 4 to 8 bytes of memory an
/// event: the table in memory holds only a few bits of each id, and what they point at is read
/// from the store before it counts.
///
/// Timed events have ordinals 0, 1, 2 …, duplicates too: an id counts as stored anew with each
/// redelivery, so a chain of redeliveries is recognized however long it lasts, and each names the
/// first. 64 ordinals make a segment, one row of the table `seen`; 131,072 make a generation, one
/// table in memory, which is dropped as a whole. One thread.
class DuplicateWindow {
public:
    DuplicateWindow(std::size_t events_max, std::chrono::microseconds age_max);
    ~DuplicateWindow();

    /// Reads all of it from the store; what it held before is forgotten.
    [[nodiscard]] Result<void> load(SegmentStore& store);

    /// Adds an event. Returns the first that had its id, where one with it is in the window.
    [[nodiscard]] Result<std::optional<Seq>> add(const Hash128& id, Seq seq, Timestamp received_at,
                                                 SegmentStore& store);

    /// Writes what has been added, and removes a few segments that the window has left behind.
    [[nodiscard]] Result<void> save(SegmentStore& store);
    /// What was saved is on the disk. Where it is not, `load` again.
    void saved();

    [[nodiscard]] std::uint64_t ordinals() const { return next_; }

private:
    class Generation;
    class Loader;
    struct Entry;
    struct Match;

    [[nodiscard]] Result<std::optional<Entry>> entry(std::uint64_t ordinal, SegmentStore& store);
    [[nodiscard]] Result<Match> find(const Hash128& id, std::int64_t received_at,
                                     SegmentStore& store);
    [[nodiscard]] std::uint64_t begin() const;
    Generation& generation_of(std::uint64_t ordinal);
    void forget(std::int64_t received_at);
    void append_entry(const Entry& entry);

    std::size_t events_max_;
    std::int64_t age_max_;            ///< Microseconds.
    std::uint64_t next_ = 0;          ///< Ordinal of the next event.
    std::uint64_t first_stored_ = 0;  ///< Oldest segment in the store.
    std::deque<std::unique_ptr<Generation>> generations_;
    std::uint64_t first_open_ = 0;  ///< Segment of `open_.front()`.
    std::deque<std::string> open_;  ///< The tail, and segments that are not on the disk yet.
};

}  // namespace verohook::journal
