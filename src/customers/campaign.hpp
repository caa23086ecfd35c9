#pragma once

#include "customers/event_row.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

namespace verohook::customers {

/// What a campaign is told apart by.
struct CampaignKey {
    /// The campaign's id as text; where there is none, `name:` and its name.
    std::string key;
    std::string variation;  ///< Empty: none.
    bool operator==(const CampaignKey&) const = default;
    bool operator<(const CampaignKey& other) const {
        return std::tie(key, variation) < std::tie(other.key, other.variation);
    }
};

struct Count {
    std::uint64_t events = 0;
    std::uint64_t customers = 0;  ///< Distinct; only events with a customer's id count here.
    bool operator==(const Count&) const = default;
};

/// A row of the table `campaigns`.
struct Campaign {
    Seq number = 0;  ///< Of the first event that was applied; unique. 0: not stored yet.
    CampaignKey key;
    std::string id;    ///< Empty: known by name alone.
    std::string name;  ///< As the latest event has it; empty: none has.
    Seq name_seq = 0;
    std::array<Count, measure_count> counts{};
    Timestamp first_at;  ///< When the first and the last counted event happened.
    Timestamp last_at;
    bool is_new = false;

    [[nodiscard]] const Count& of(Measure measure) const {
        return counts[static_cast<std::size_t>(measure)];
    }
};

/// A campaign as one event names it.
struct CampaignName {
    OptionalText id;
    OptionalText name;
    OptionalText variation;
};

/// What the event says itself.
[[nodiscard]] CampaignName campaign_named_by(const event::Event& event);
/// Nothing where there is neither an id nor a name.
[[nodiscard]] std::optional<CampaignKey> campaign_key(const CampaignName& named);

/// Counts one event. Its customer is counted by whoever knows whether it is a new one.
void count_event(Campaign& campaign, const CampaignName& named, Measure measure, const Fact& fact);

}  // namespace verohook::customers
