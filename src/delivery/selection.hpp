#pragma once

#include "journal/journal.hpp"

#include <verohook/event/event.hpp>

#include <optional>
#include <set>
#include <string>
#include <variant>

namespace verohook::delivery {

/// Which events somebody means, beside those that a sink's own filter lets through.
struct Selection {
    std::set<std::string, std::less<>> types = {};  ///< Empty: all; `unrecognized` as in a sink.
    std::string user = {};                          ///< Id or e-mail address; empty: everybody.
    std::string campaign = {};                      ///< Id or name; empty: all.
};

/// What the record alone tells.
[[nodiscard]] bool has_type(const journal::Record& record,
                            const std::set<std::string, std::less<>>& types);
/// What the decoded event tells: user and campaign.
[[nodiscard]] bool concerns(const event::Event& event, const Selection& selection);

/// One end of a range of events: a place, or a moment of arrival.
using Bound = std::variant<journal::Seq, Timestamp>;

/// Both ends belong to it; nothing: as far as there are events.
struct Range {
    std::optional<Bound> from = {};
    std::optional<Bound> to = {};
};

/// `first` to `last`; none if `last` is smaller.
struct Places {
    journal::Seq first = 1;
    journal::Seq last = UINT64_MAX;
};

/// A journal, or a reader of its file: whatever finds the place of a moment.
template <class Reader>
[[nodiscard]] Result<Places> places_of(const Range& range, Reader& reader) {
    Places places;
    if (range.from) {
        places.first = 0;
        if (const auto* seq = std::get_if<journal::Seq>(&*range.from)) {
            places.first = *seq;
        } else {
            const auto before = reader.last_before(std::get<Timestamp>(*range.from));
            if (!before) {
                return before.error();
            }
            places.first = *before + 1;
        }
    }
    if (range.to) {
        if (const auto* seq = std::get_if<journal::Seq>(&*range.to)) {
            places.last = *seq;
        } else {
            // The moment itself belongs to the range.
            const auto last =
                reader.last_before(std::get<Timestamp>(*range.to) + std::chrono::microseconds{1});
            if (!last) {
                return last.error();
            }
            places.last = *last;
        }
    }
    places.first = places.first == 0 ? 1 : places.first;
    return places;
}

}  // namespace verohook::delivery
