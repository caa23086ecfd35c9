#include "event/decode_parts.hpp"

#include <algorithm>
#include <array>

namespace verohook::event {

namespace {

/// Begins with an empty `member` if `value` is an object, which is then returned. Null makes it
/// null; anything else is a leftover.
template <class T>
Object* open(Value& value, std::string_view name, Field<T>& member, Leftovers& leftovers) {
    if (auto* const object = value.get_if<Object>()) {
        member = T{};
        return object;
    }
    if (value.is_null()) {
        member = nullptr;
    } else {
        leftovers.keep_wrong(name, std::move(value), expected_object);
    }
    return nullptr;
}

struct CampaignMember {
    std::string_view name;
    Field<std::string> Campaign::*member;
};

constexpr std::array<CampaignMember, 13> campaign_members{{
    {"type", &Campaign::type},
    {"name", &Campaign::name},
    {"subject", &Campaign::subject},
    {"trigger-event", &Campaign::trigger_event},
    {"permalink", &Campaign::permalink},
    {"variation", &Campaign::variation},
    {"group", &Campaign::group},
    {"channel", &Campaign::channel},
    {"sent_to", &Campaign::sent_to},
    {"locale", &Campaign::locale},
    {"tags", &Campaign::tags},
    {"template", &Campaign::template_name},
    {"series_title", &Campaign::series},
}};

/// The names of the shape that `unsubscribed` has since 2020, and those that they stand for.
struct CampaignAlias {
    std::string_view alias;
    std::string_view name;
};

constexpr std::array<CampaignAlias, 3> campaign_aliases{{
    {"campaign_title", "name"},
    {"email_subject", "subject"},
    {"variation_name", "variation"},
}};

void decode_campaign_member(const std::string& name, Value& value, const Object& members,
                            Campaign& campaign, Leftovers& unknown) {
    std::string_view known = name;
    const auto* const alias =
        std::find_if(campaign_aliases.begin(), campaign_aliases.end(),
                     [&](const CampaignAlias& candidate) { return candidate.alias == name; });
    if (alias != campaign_aliases.end()) {
        if (members.find(alias->name) != nullptr) {
            unknown.complain("campaign has both " + std::string(alias->name) + " and " + name);
            unknown.keep(name, std::move(value));
            return;
        }
        known = alias->name;
    }
    const auto* const found =
        std::find_if(campaign_members.begin(), campaign_members.end(),
                     [&](const CampaignMember& candidate) { return candidate.name == known; });
    if (found == campaign_members.end()) {
        unknown.keep(name, std::move(value));
    } else if (!take(value, campaign.*(found->member))) {
        unknown.keep_wrong(name, std::move(value), expected_text);
    }
}

void decode_tags(Value value, Field<TagChanges>& tags, Leftovers& leftovers) {
    Object* const members = open(value, "_tags", tags, leftovers);
    if (members == nullptr) {
        return;
    }
    Leftovers unknown(leftovers, "_tags");
    for (auto& [name, member] : *members) {
        if (name != "add" && name != "remove") {
            unknown.keep(name, std::move(member));
        } else if (!take(member, name == "add" ? tags->add : tags->remove)) {
            unknown.keep_wrong(name, std::move(member), expected_array);
        }
    }
}

Field<Value> any_value(Value value) {
    if (value.is_null()) {
        return nullptr;
    }
    return value;
}

}  // namespace

void decode_user(Value value, Field<User>& user, Leftovers& leftovers) {
    Object* const members = open(value, "user", user, leftovers);
    if (members == nullptr) {
        return;
    }
    Leftovers unknown(leftovers, "user");
    for (auto& [name, member] : *members) {
        if (name == "id") {
            if (!take(member, user->id)) {
                unknown.keep_wrong(name, std::move(member), expected_id);
            }
        } else if (name == "email") {
            if (!take(member, user->email)) {
                unknown.keep_wrong(name, std::move(member), expected_text);
            }
        } else {
            user->properties.push_back(std::move(name), std::move(member));
        }
    }
}

void decode_campaign(Value value, Field<Campaign>& campaign, std::optional<Value>& message_id,
                     Leftovers& leftovers) {
    Object* const members = open(value, "campaign", campaign, leftovers);
    if (members == nullptr) {
        return;
    }
    Leftovers unknown(leftovers, "campaign");
    for (auto& [name, member] : *members) {
        if (name == "id") {
            if (!take(member, campaign->id)) {
                unknown.keep_wrong(name, std::move(member), expected_id);
            }
        } else if (name == "message_id") {
            message_id = std::move(member);
        } else {
            decode_campaign_member(name, member, *members, *campaign, unknown);
        }
    }
}

void decode_trigger(Value value, Field<Trigger>& trigger, Leftovers& leftovers) {
    Object* const members = open(value, "event", trigger, leftovers);
    if (members == nullptr) {
        return;
    }
    Leftovers unknown(leftovers, "event");
    for (auto& [name, member] : *members) {
        if (name == "name") {
            if (!take(member, trigger->name)) {
                unknown.keep_wrong(name, std::move(member), expected_text);
            }
        } else if (name == "triggered_at") {
            trigger->triggered_at = any_value(std::move(member));
        } else if (name == "data") {
            trigger->data = any_value(std::move(member));
        } else {
            unknown.keep(name, std::move(member));
        }
    }
}

void decode_changes(Value value, Field<Changes>& changes, Leftovers& leftovers) {
    Object* const members = open(value, "changes", changes, leftovers);
    if (members == nullptr) {
        return;
    }
    Leftovers unknown(leftovers, "changes");
    for (auto& [name, member] : *members) {
        if (name == "_tags") {
            decode_tags(std::move(member), changes->tags, unknown);
        } else {
            changes->properties.push_back(std::move(name), std::move(member));
        }
    }
}

}  // namespace verohook::event
