#include "customers/campaign.hpp"

#include <algorithm>

namespace verohook::customers {

namespace {

bool says_something(const OptionalText& text) {
    return text && !text->empty();
}

}  // namespace

CampaignName campaign_named_by(const event::Event& event) {
    const auto& campaign = event::common(event).campaign;
    CampaignName named;
    if (!campaign) {
        return named;
    }
    if (campaign->id && !campaign->id->text.empty()) {
        named.id = campaign->id->text;
    }
    if (campaign->name) {
        named.name = *campaign->name;
    }
    if (campaign->variation) {
        named.variation = *campaign->variation;
    }
    return named;
}

std::optional<CampaignKey> campaign_key(const CampaignName& named) {
    CampaignKey key;
    if (says_something(named.id)) {
        key.key = *named.id;
    } else if (says_something(named.name)) {
        key.key.append("name:").append(*named.name);
    } else {
        return std::nullopt;
    }
    key.variation = named.variation.value_or("");
    return key;
}

void count_event(Campaign& campaign, const CampaignName& named, Measure measure, const Fact& fact) {
    const Timestamp at = when(fact);
    if (campaign.number == 0) {
        campaign.number = fact.seq;
        campaign.id = named.id.value_or("");
        campaign.first_at = campaign.last_at = at;
        campaign.is_new = true;
    }
    campaign.first_at = std::min(campaign.first_at, at);
    campaign.last_at = std::max(campaign.last_at, at);
    if (says_something(named.name) && fact.seq >= campaign.name_seq) {
        campaign.name = *named.name;
        campaign.name_seq = fact.seq;
    }
    ++campaign.counts[static_cast<std::size_t>(measure)].events;
}

}  // namespace verohook::customers
