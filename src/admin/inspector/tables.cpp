#include "admin/inspector/tables.hpp"

#include "admin/json_support.hpp"

#include <utility>
#include <vector>

namespace verohook::admin {

namespace {

using customers::Customer;
using customers::EventRow;

constexpr std::uint64_t customer_events_shown = 100;

Json counts_json(const customers::Campaign& campaign) {
    Json counts = Json::object();
    for (std::size_t index = 0; index < customers::measure_count; ++index) {
        const auto measure = static_cast<customers::Measure>(index);
        const customers::Count& count = campaign.of(measure);
        counts[std::string(customers::measure_name(measure))] = {{"events", count.events},
                                                                 {"customers", count.customers}};
    }
    return counts;
}

/// Why a customer is not to be mailed.
Json reasons_json(const Customer& customer) {
    Json reasons = Json::array();
    for (const auto& [what, mark] : customer.obstacles()) {
        reasons.push_back(std::string(what) +
                          (mark.is_set() ? " since " + format_seconds(mark.at) : ""));
    }
    return reasons;
}

Json text_json(const customers::OptionalText& text) {
    return text ? Json(std::string(*text)) : Json();
}

Json event_json(const EventRow& row) {
    // What came from an earlier journal is not in this one.
    const bool is_of_first_journal = row.seq >> customers::epoch_shift == 0;
    return {{"seq", is_of_first_journal ? Json(row.seq) : Json()},
            {"received_at", format_micros(row.received_at)},
            {"type", std::string(row.type)},
            {"campaign", text_json(row.campaign_name ? row.campaign_name : row.campaign_id)},
            {"variation", text_json(row.variation)},
            {"detail", text_json(row.bounce_message)},
            {"duplicate_of", row.duplicate_of ? Json(*row.duplicate_of) : Json()}};
}

Json tags_json(const std::string& text) {
    Json tags = Json::parse(text, nullptr, false);
    return tags.is_array() ? tags : Json::array();
}

Result<void> append_customer(Json& list, customers::Reader& reader, Customer& customer) {
    customers::EventFilter filter;
    filter.user_ids = {customer.id};
    const auto total = reader.count_events(filter);
    if (!total) {
        return total.error();
    }
    filter.newest = customer_events_shown;
    std::vector<Json> events;
    const auto read = reader.each_event(filter, [&](const EventRow& row) {
        events.push_back(event_json(row));
        return true;
    });
    if (!read) {
        return read.error();
    }
    const customers::ProfileText& profile = customer.profile.text();
    Json json = {{"id", customer.id},
                 {"email", customer.email ? Json(*customer.email) : Json()},
                 {"mailable", customer.mailable()},
                 {"reasons", reasons_json(customer)},
                 {"first_seen", format_seconds(customer.first_seen)},
                 {"last_seen", format_seconds(customer.last_seen)},
                 {"subscribed", customer.subscribed},
                 {"hard_bounced", customer.hard_bounced},
                 {"soft_bounces", customer.soft_bounces},
                 {"complained", customer.complained},
                 {"tags", tags_json(profile.tags)},
                 {"properties", profile.properties},
                 {"events_total", *total},
                 {"events", Json::array()}};
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
        json["events"].push_back(std::move(*event));
    }
    list.push_back(std::move(json));
    return {};
}

}  // namespace

Result<std::string> campaigns_json(customers::Reader& reader) {
    const auto campaigns = reader.campaigns();
    if (!campaigns) {
        return campaigns.error();
    }
    Json list = Json::array();
    for (const customers::Campaign& campaign : *campaigns) {
        list.push_back({{"id", campaign.id},
                        {"name", campaign.name},
                        {"variation", campaign.key.variation},
                        {"first_at", format_seconds(campaign.first_at)},
                        {"last_at", format_seconds(campaign.last_at)},
                        {"counts", counts_json(campaign)}});
    }
    return dump({{"campaigns", std::move(list)}});
}

Result<std::string> customers_json(customers::Reader& reader, std::string_view who) {
    auto found = reader.customers(who);
    if (!found) {
        return found.error();
    }
    Json list = Json::array();
    for (Customer& customer : *found) {
        if (const auto added = append_customer(list, reader, customer); !added) {
            return added.error();
        }
    }
    return dump({{"customers", std::move(list)}});
}

}  // namespace verohook::admin
