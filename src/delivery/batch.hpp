#pragma once

#include "delivery/delivery.hpp"
#include "delivery/selection.hpp"
#include "journal/journal.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace verohook::delivery {

/// Whether a record goes into a sink at all: never a malformed body or a test event, a duplicate
/// only if wanted, and of the types that were asked for.
[[nodiscard]] bool passes_filter(const journal::Record& record, const SinkSettings& settings);

/// Records on their way into one sink: filtered, decoded, and encoded in the sink's format. Memory
/// is reused from batch to batch. One thread.
class Batch {
public:
    /// What became of a record before the sink saw it; `apart`: a test event, which nobody counts.
    enum class Fate { item, filtered, undecodable, damaged, apart };

    Batch() = default;
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;

    /// Takes the place of what was there. `settings` and `selection` are used in this call alone.
    /// `selection`: what else must be true of an event.
    /// `unavailable` where memory runs out: then nothing is in it.
    [[nodiscard]] Result<void> fill(std::vector<journal::RecordPtr> records,
                                    const SinkSettings& settings, const Selection& selection = {});
    /// Lets go of the records, and of memory beyond what an ordinary batch needs.
    void clear();

    [[nodiscard]] std::span<const sink::Item> items() const { return items_; }
    [[nodiscard]] std::size_t record_count() const { return records_.size(); }
    [[nodiscard]] const journal::Record& record(std::size_t index) const {
        return *records_[index];
    }
    [[nodiscard]] Fate fate(std::size_t index) const { return fates_[index]; }
    /// Why a record can go to no sink, for its dead letter; empty for one that can, or is filtered
    /// out.
    [[nodiscard]] std::string_view defect(std::size_t index) const;
    /// Where the record of an item stands; `record_count()` for the item after the last.
    [[nodiscard]] std::size_t record_index(std::size_t item) const {
        return item < sources_.size() ? sources_[item] : records_.size();
    }

private:
    void fill_or_throw(const SinkSettings& settings, const Selection& selection);
    void take(std::size_t index, const SinkSettings& settings, const Selection& selection);
    void make_items();

    std::vector<journal::RecordPtr> records_;
    std::vector<Fate> fates_;            ///< One for each record.
    std::vector<std::size_t> sources_;   ///< One for each item: its record.
    std::vector<std::string> redacted_;  ///< Bodies, one for each item; empty without a redactor.
    std::vector<event::Envelope> envelopes_;
    std::vector<event::Event> events_;
    std::vector<std::size_t> ends_;  ///< Where each item's text ends in `text_`.
    std::string text_;
    std::vector<sink::Item> items_;
};

}  // namespace verohook::delivery
