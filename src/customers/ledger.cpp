#include "customers/ledger.hpp"

#include <algorithm>

namespace verohook::customers {

Result<void> Ledger::apply(std::span<const Fact> facts, Store& store) {
    if (auto done = insert(facts, store); !done || fresh_.empty()) {
        return done;
    }
    if (auto done = apply_to_customers(facts, store); !done) {
        return done;
    }
    return apply_to_campaigns(facts, store);
}

Result<void> Ledger::insert(std::span<const Fact> facts, Store& store) {
    rows_.clear();
    fresh_.clear();
    for (const Fact& fact : facts) {
        rows_.push_back(make_row(fact));
    }
    if (auto done = store.insert_events(rows_, inserted_); !done) {
        return done;
    }
    VEROHOOK_CHECK(inserted_.size() == facts.size());
    for (std::size_t index = 0; index < facts.size(); ++index) {
        if (inserted_[index] != 0 && !facts[index].envelope.duplicate_of) {
            fresh_.push_back(index);
        }
    }
    return {};
}

void Ledger::want(std::string_view id, bool profile) {
    const auto [place, is_new] = places_.try_emplace(id, wanted_.size());
    if (is_new) {
        wanted_.push_back({id, profile});
    } else {
        wanted_[place->second].profile |= profile;
    }
}

Result<void> Ledger::apply_to_customers(std::span<const Fact> facts, Store& store) {
    wanted_.clear();
    places_.clear();
    loaded_.clear();
    for (const std::size_t index : fresh_) {
        if (const event::Id* const id = customer_id(facts[index].event)) {
            want(id->text, touches_profile(facts[index].event));
        }
    }
    // In the order of the tables' keys, neighbours are found on the page that was used just now.
    std::sort(wanted_.begin(), wanted_.end(),
              [](const WantedCustomer& a, const WantedCustomer& b) { return a.id < b.id; });
    for (std::size_t place = 0; place < wanted_.size(); ++place) {
        places_[wanted_[place].id] = place;
    }
    // Pointers into it are kept, so it must not move.
    loaded_.reserve(wanted_.size());
    if (auto done = store.load_customers(wanted_, loaded_); !done) {
        return done;
    }
    by_place_.assign(wanted_.size(), nullptr);
    for (Customer& customer : loaded_) {
        by_place_[places_.at(customer.id)] = &customer;
    }
    for (const std::size_t index : fresh_) {
        if (const event::Id* const id = customer_id(facts[index].event)) {
            Customer*& customer = by_place_[places_.at(id->text)];
            if (customer == nullptr) {
                customer = &loaded_.emplace_back(make_customer(facts[index]));
            }
            customer->apply(facts[index]);
        }
    }
    std::vector<Customer*> changed = by_place_;
    std::sort(changed.begin(), changed.end(),
              [](const Customer* a, const Customer* b) { return a->number < b->number; });
    return store.save_customers(changed);
}

Result<void> Ledger::apply_to_campaigns(std::span<const Fact> facts, Store& store) {
    counted_.clear();
    for (const std::size_t index : fresh_) {
        if (const auto measure = measure_of(facts[index].event)) {
            counted_.push_back({index, *measure, campaign_named_by(facts[index].event), nullptr});
        }
    }
    if (auto named = name_campaigns(facts, store); !named) {
        return named;
    }
    campaigns_.clear();
    for (Counted& each : counted_) {
        if (auto key = campaign_key(each.named)) {
            Campaign& campaign = campaigns_[*key];
            campaign.key = *std::move(key);
            each.campaign = &campaign;
        }
    }
    return campaigns_.empty() ? Result<void>{} : count(facts, store);
}

/// An answer without a campaign's id, such as `unsubscribed` since 2020, belongs to the campaign of
/// its mail, where an earlier event of this customer and mail names it. The events of the mail
/// itself (sent to bounced) name their campaign.
Result<void> Ledger::name_campaigns(std::span<const Fact> facts, Store& store) {
    std::vector<WantedMail> wanted;
    std::vector<Counted*> asking;
    for (Counted& each : counted_) {
        const Fact& fact = facts[each.fact];
        const event::Id* const id = customer_id(fact.event);
        const auto& message_id = event::common(fact.event).message_id;
        if (each.measure >= Measure::unsubscribed && !each.named.id && id != nullptr &&
            message_id) {
            wanted.push_back({id->text, *message_id, fact.seq});
            asking.push_back(&each);
        }
    }
    mails_.clear();
    if (wanted.empty()) {
        return {};
    }
    if (auto done = store.find_mails(wanted, mails_); !done) {
        return done;
    }
    VEROHOOK_CHECK(mails_.size() == wanted.size());
    for (std::size_t index = 0; index < mails_.size(); ++index) {
        if (const auto& mail = mails_[index]) {
            asking[index]->named = {mail->id, mail->name, mail->variation};
        }
    }
    return {};
}

Result<void> Ledger::count(std::span<const Fact> facts, Store& store) {
    std::vector<Campaign*> campaigns;
    for (auto& [key, campaign] : campaigns_) {
        campaigns.push_back(&campaign);
    }
    if (auto done = store.load_campaigns(campaigns); !done) {
        return done;
    }
    reached_.clear();
    for (const Counted& each : counted_) {
        if (each.campaign == nullptr) {
            continue;
        }
        const Fact& fact = facts[each.fact];
        count_event(*each.campaign, each.named, each.measure, fact);
        if (const event::Id* const id = customer_id(fact.event)) {
            const Customer& customer = *by_place_[places_.at(id->text)];
            reached_.push_back({each.campaign->number, each.measure, customer.number});
        }
    }
    std::sort(reached_.begin(), reached_.end());
    reached_.erase(std::unique(reached_.begin(), reached_.end()), reached_.end());
    if (auto done = store.insert_reached(reached_, inserted_); !done) {
        return done;
    }
    VEROHOOK_CHECK(inserted_.size() == reached_.size());
    std::unordered_map<Seq, Campaign*> by_number;
    for (Campaign* const campaign : campaigns) {
        by_number.emplace(campaign->number, campaign);
    }
    for (std::size_t index = 0; index < reached_.size(); ++index) {
        if (inserted_[index] != 0) {
            const auto measure = static_cast<std::size_t>(reached_[index].measure);
            ++by_number.at(reached_[index].campaign)->counts[measure].customers;
        }
    }
    return store.save_campaigns(campaigns);
}

}  // namespace verohook::customers
