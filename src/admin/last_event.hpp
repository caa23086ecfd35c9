#pragma once

#include "journal/journal.hpp"

#include <mutex>
#include <optional>

namespace verohook::admin {

/// Finds the newest body in the journal that is no test event, whatever else it is. Remembers it,
/// so no record is looked at twice. Any thread that may block.
class LastEvent {
public:
    struct Place {
        journal::Seq seq = 0;
        Timestamp at;
        bool operator==(const Place&) const = default;
    };

    /// `journal` outlives it.
    explicit LastEvent(journal::Journal& journal) : journal_(journal) {}

    /// Nothing: there is none, or it cannot be read now. Beyond some 100,000 test events in a row
    /// it is what was known before, or else the place of one of them: what came before that came
    /// earlier still.
    [[nodiscard]] std::optional<Place> find();

private:
    /// The newest from after `after` up to `last`; false where it cannot be read.
    [[nodiscard]] bool search(journal::Seq after, journal::Seq last, std::optional<Place>& found);

    journal::Journal& journal_;
    std::mutex mutex_;
    journal::Seq looked_at_ = 0;  ///< Everything up to here is known.
    std::optional<Place> newest_;
};

}  // namespace verohook::admin
