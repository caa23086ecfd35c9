#include "customers/customer.hpp"

#include "event/person.hpp"

#include <verohook/base/result.hpp>

#include <algorithm>
#include <tuple>
#include <utility>

namespace verohook::customers {

namespace {

/// Vero's tags are texts; a number is taken as it is written, and nothing else is a tag.
void set_tags(Profile& profile, const event::Field<event::Array>& tags, bool present, Seq seq) {
    if (!tags) {
        return;
    }
    for (const event::Value& value : *tags) {
        if (const auto* const text = value.get_if<std::string>()) {
            profile.set_tag(*text, present, seq);
        } else if (const auto* const number = value.get_if<event::Number>()) {
            profile.set_tag(number->text, present, seq);
        }
    }
}

const event::Changes* changes_of(const event::Event& event) {
    const auto* const updated = std::get_if<event::UserUpdated>(&event);
    return updated != nullptr && updated->changes ? &*updated->changes : nullptr;
}

}  // namespace

std::vector<std::pair<std::string_view, Mark>> Customer::obstacles() const {
    std::vector<std::pair<std::string_view, Mark>> found;
    if (!subscribed) {
        found.emplace_back("unsubscribed", subscription);
    }
    if (hard_bounced) {
        found.emplace_back("hard bounced", hard_bounce);
    }
    if (complained) {
        found.emplace_back("complained", complaint);
    }
    return found;
}

bool Mark::raise(Timestamp other_at, Seq other_seq) {
    if (std::tie(other_at, other_seq) <= std::tie(at, seq) && is_set()) {
        return false;
    }
    at = other_at;
    seq = other_seq;
    return true;
}

bool touches_profile(const event::Event& event) {
    return std::holds_alternative<event::UserCreated>(event) ||
           std::holds_alternative<event::UserUpdated>(event);
}

Customer make_customer(const Fact& fact) {
    const event::Id* const id = customer_id(fact.event);
    VEROHOOK_CHECK(id != nullptr);
    Customer customer;
    customer.number = fact.seq;
    customer.id = id->text;
    customer.first_seen = customer.last_seen = fact.envelope.received_at;
    customer.changed.is_new = true;
    return customer;
}

void Customer::apply(const Fact& fact) {
    changed.any = true;
    first_seen = std::min(first_seen, fact.envelope.received_at);
    last_seen = std::max(last_seen, fact.envelope.received_at);
    is_number = is_number || customer_id(fact.event)->is_number;
    apply_email(fact);
    if (touches_profile(fact.event)) {
        apply_profile(fact);
    } else {
        apply_reaction(fact);
    }
}

/// The latest event that names an address decides.
void Customer::apply_email(const Fact& fact) {
    if (event::AddressNews news = event::address_news(fact.event); news.told) {
        set_email(std::move(news.address), fact.seq);
    }
}

void Customer::set_email(std::optional<std::string> address, Seq seq) {
    if (seq < email_seq) {
        return;
    }
    changed.email = changed.email || email != address;
    email = std::move(address);
    email_seq = seq;
}

void Customer::apply_profile(const Fact& fact) {
    for (const auto& [name, value] : event::common(fact.event).user->properties) {
        profile.set_property(name, value, fact.seq);
    }
    const event::Changes* const changes = changes_of(fact.event);
    if (changes == nullptr) {
        return;
    }
    for (const auto& [name, value] : changes->properties) {
        if (name != "email") {
            profile.set_property(name, value, fact.seq);
        }
    }
    if (changes->tags) {
        // A tag in both lists is there afterwards.
        set_tags(profile, changes->tags->remove, false, fact.seq);
        set_tags(profile, changes->tags->add, true, fact.seq);
    }
}

/// What a mail's fate, or the customer's answer to it, says.
void Customer::apply_reaction(const Fact& fact) {
    const bool resubscribed = std::holds_alternative<event::Resubscribed>(fact.event);
    if (resubscribed || std::holds_alternative<event::Unsubscribed>(fact.event)) {
        if (subscription.raise(when(fact), fact.seq)) {
            subscribed = resubscribed;
        }
    } else if (std::holds_alternative<event::Complained>(fact.event)) {
        complained = true;
        complaint.raise(when(fact), fact.seq);
    } else if (measure_of(fact.event) == Measure::bounced_hard) {
        hard_bounced = true;
        hard_bounce.raise(when(fact), fact.seq);
    } else if (measure_of(fact.event) == Measure::bounced_soft) {
        ++soft_bounces;
    }
}

}  // namespace verohook::customers
