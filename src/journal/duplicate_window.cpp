#include "journal/duplicate_window.hpp"

#include "journal/id_table.hpp"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

namespace verohook::journal {

namespace {

constexpr std::uint64_t segment_events = 64;
constexpr std::uint64_t generation_events = IdTable::capacity;
constexpr std::size_t entry_bytes = 32;
// Old segments go a few at a time, so that no commit is held up by a window that was made smaller.
constexpr std::size_t removed_at_least = 4;

}  // namespace

/// As it stands in a segment, little-endian.
struct DuplicateWindow::Entry {
    Hash128 id;
    Seq first = 0;  ///< The first event that had the id.
    std::int64_t received_at = 0;

    void append_to(std::string& out) const {
        char bytes[entry_bytes];
        std::memcpy(bytes, &id, 16);
        std::memcpy(bytes + 16, &first, 8);
        std::memcpy(bytes + 24, &received_at, 8);
        out.append(bytes, entry_bytes);
    }
    static Entry from(std::string_view entries, std::size_t index) {
        Entry entry;
        const char* bytes = entries.data() + index * entry_bytes;
        std::memcpy(&entry.id, bytes, 16);
        std::memcpy(&entry.first, bytes + 16, 8);
        std::memcpy(&entry.received_at, bytes + 24, 8);
        return entry;
    }
};

class DuplicateWindow::Generation {
public:
    explicit Generation(std::uint64_t first_ordinal) : first(first_ordinal) {}
    std::uint64_t first;                 ///< Ordinal.
    std::int64_t newest_at = INT64_MIN;  ///< Latest arrival.
    IdTable table;
};

struct DuplicateWindow::Match {
    std::optional<Seq> first;                  ///< Within the window.
    std::optional<IdTable::Place> same_place;  ///< Of the same id in the newest generation.
};

/// Fills the tables at the start. A generation's ids are kept while it is filled, since a full
/// comparison is needed to find the place that a redelivery takes over.
class DuplicateWindow::Loader final : public SegmentStore::Visitor {
public:
    explicit Loader(DuplicateWindow& window) : window_(window) {}

    void visit(std::uint64_t segment, std::string_view entries) override {
        const std::size_t count =
            std::min<std::size_t>(entries.size() / entry_bytes, segment_events);
        Generation& generation = window_.generation_of(segment * segment_events);
        if (generation.first != first_) {
            first_ = generation.first;
            ids_.assign(generation_events, {});
        }
        for (std::size_t index = 0; index < count; ++index) {
            generation.table.prefetch(Entry::from(entries, index).id);
        }
        for (std::size_t index = 0; index < count; ++index) {
            const Entry entry = Entry::from(entries, index);
            const auto offset =
                static_cast<std::uint32_t>(segment * segment_events + index - generation.first);
            ids_[offset] = entry.id;
            generation.newest_at = std::max(generation.newest_at, entry.received_at);
            IdTable::Probe probe = generation.table.probe(entry.id);
            while (probe.next() && ids_[probe.offset()] != entry.id) {
            }
            generation.table.put(probe.place(), entry.id, offset);
        }
        window_.next_ = segment * segment_events + count;
        tail = count < segment_events ? std::string(entries.substr(0, count * entry_bytes)) : "";
    }

    std::string tail;

private:
    DuplicateWindow& window_;
    std::uint64_t first_ = UINT64_MAX;
    std::vector<Hash128> ids_;
};

DuplicateWindow::DuplicateWindow(std::size_t events_max, std::chrono::microseconds age_max)
    : events_max_(events_max), age_max_(age_max.count()) {}

DuplicateWindow::~DuplicateWindow() = default;

std::uint64_t DuplicateWindow::begin() const {
    return next_ > events_max_ ? next_ - events_max_ : 0;
}

DuplicateWindow::Generation& DuplicateWindow::generation_of(std::uint64_t ordinal) {
    const std::uint64_t first = ordinal / generation_events * generation_events;
    if (generations_.empty() || generations_.back()->first != first) {
        generations_.push_back(std::make_unique<Generation>(first));
    }
    return *generations_.back();
}

Result<void> DuplicateWindow::load(SegmentStore& store) {
    generations_.clear();
    open_.clear();
    next_ = 0;
    first_stored_ = 0;
    first_open_ = 0;
    const auto range = store.segments();
    if (!range) {
        return range.error();
    }
    if (!*range) {
        return {};
    }
    first_stored_ = (*range)->first;
    const std::uint64_t end = ((*range)->last + 1) * segment_events;
    const std::uint64_t wanted = events_max_ + segment_events;
    const std::uint64_t first = end > wanted ? (end - wanted) / segment_events : 0;
    Loader loader(*this);
    if (const auto visited = store.visit_segments(std::max(first, first_stored_), loader);
        !visited) {
        return visited.error();
    }
    first_open_ = next_ / segment_events;
    if (!loader.tail.empty()) {
        open_.push_back(std::move(loader.tail));
    }
    return {};
}

Result<std::optional<DuplicateWindow::Entry>> DuplicateWindow::entry(std::uint64_t ordinal,
                                                                     SegmentStore& store) {
    const std::uint64_t segment = ordinal / segment_events;
    const std::size_t index = ordinal % segment_events;
    std::string stored;
    std::string_view entries;
    if (segment >= first_open_) {
        entries = open_[segment - first_open_];
    } else {
        Result<std::string> read = store.read_segment(segment);
        if (!read) {
            return read.error();
        }
        stored = std::move(*read);
        entries = stored;
    }
    if (entries.size() < (index + 1) * entry_bytes) {
        return std::optional<Entry>{};
    }
    return std::optional<Entry>(Entry::from(entries, index));
}

Result<DuplicateWindow::Match> DuplicateWindow::find(const Hash128& id, std::int64_t received_at,
                                                     SegmentStore& store) {
    Match match;
    const std::uint64_t oldest = begin();
    for (auto at = generations_.rbegin(); at != generations_.rend() && !match.first; ++at) {
        const Generation& generation = **at;
        const bool newest = at == generations_.rbegin();
        IdTable::Probe probe = generation.table.probe(id);
        while (probe.next()) {
            const std::uint64_t ordinal = generation.first + probe.offset();
            if (!newest && ordinal < oldest) {
                continue;
            }
            const auto found = entry(ordinal, store);
            if (!found) {
                return found.error();
            }
            if (!*found || (*found)->id != id) {
                continue;
            }
            if (newest) {
                match.same_place = probe.place();
            }
            if (ordinal >= oldest && (*found)->received_at >= received_at - age_max_) {
                match.first = (*found)->first;
            }
            break;
        }
    }
    return match;
}

Result<std::optional<Seq>> DuplicateWindow::add(const Hash128& id, Seq seq, Timestamp received_at,
                                                SegmentStore& store) {
    const std::int64_t at = received_at.time_since_epoch().count();
    forget(at);
    generation_of(next_);
    const Result<Match> match = find(id, at, store);
    if (!match) {
        return match.error();
    }
    Generation& generation = *generations_.back();
    IdTable::Place place = 0;
    if (match->same_place) {
        place = *match->same_place;
    } else {
        IdTable::Probe probe = generation.table.probe(id);
        while (probe.next()) {
        }
        place = probe.place();
    }
    generation.table.put(place, id, static_cast<std::uint32_t>(next_ - generation.first));
    generation.newest_at = std::max(generation.newest_at, at);
    append_entry({id, match->first.value_or(seq), at});
    return match->first;
}

void DuplicateWindow::append_entry(const Entry& entry) {
    if (next_ / segment_events - first_open_ == open_.size()) {
        open_.emplace_back().reserve(segment_events * entry_bytes);
    }
    entry.append_to(open_.back());
    ++next_;
}

void DuplicateWindow::forget(std::int64_t received_at) {
    while (!generations_.empty()) {
        const Generation& oldest = *generations_.front();
        const bool passed = oldest.first + generation_events <= begin();
        const bool expired = generations_.size() > 1 && oldest.newest_at < received_at - age_max_;
        if (!passed && !expired) {
            return;
        }
        generations_.pop_front();
    }
}

Result<void> DuplicateWindow::save(SegmentStore& store) {
    for (std::size_t index = 0; index < open_.size(); ++index) {
        if (const auto done = store.write_segment(first_open_ + index, open_[index]); !done) {
            return done.error();
        }
    }
    std::uint64_t keep = std::min(begin() / segment_events, first_open_);
    if (!generations_.empty()) {
        keep = std::min(std::max(keep, generations_.front()->first / segment_events), first_open_);
    }
    std::size_t steps = removed_at_least + open_.size();
    for (; first_stored_ < keep && steps > 0; ++first_stored_, --steps) {
        if (const auto done = store.remove_segment(first_stored_); !done) {
            return done.error();
        }
    }
    return {};
}

void DuplicateWindow::saved() {
    while (!open_.empty() && open_.front().size() == segment_events * entry_bytes) {
        open_.pop_front();
        ++first_open_;
    }
}

}  // namespace verohook::journal
