#pragma once

#include "customers/campaign.hpp"
#include "customers/customer.hpp"
#include "customers/event_row.hpp"

#include <optional>
#include <string>
#include <string_view>

/// Rows of the SQL sinks' tables, as they are read and written: one place for the order of their
/// columns. A `Row` has `number`, `flag`, `bytes`, `text_or_null`, `is_null` and `time`, each of a
/// column counted from 0; a `Writer` has `number`, `flag`, `text`, `text_or_null`, `null`,
/// `seconds` and `micros`, each for the next column. What was written may be referred to until the
/// writer's row is complete.
namespace verohook::sinks {

inline constexpr std::string_view profile_columns = "properties, tags, marks";
/// Columns for `read_customer`, to which those of the profile may be added.
inline constexpr std::string_view customer_columns =
    "number, id, id_is_number, email, email_seq, subscription, hard_bounced, soft_bounces, "
    "complained, first_seen, last_seen, subscription_at, subscription_seq, hard_bounced_at, "
    "hard_bounced_seq, complained_at, complained_seq";
inline constexpr std::string_view campaign_columns =
    "number, key, variation, campaign_id, name, name_seq, first_at, last_at, "
    "sent, sent_customers, delivered, delivered_customers, opened, opened_customers, "
    "clicked, clicked_customers, bounced_hard, bounced_hard_customers, bounced_soft, "
    "bounced_soft_customers, unsubscribed, unsubscribed_customers, complained, "
    "complained_customers, converted, converted_customers";
inline constexpr std::string_view event_columns =
    "seq, id, type, occurred_at, received_at, user_id, user_id_is_number, email, campaign_id, "
    "campaign_name, variation, message_id, bounce_type, bounce_code, bounce_message, user_agent, "
    "duplicate_of, extra, body";

[[nodiscard]] inline std::optional<std::string_view> unless_empty(std::string_view text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

/// The profile's columns stand behind the others, where they were asked for.
template <class Row>
[[nodiscard]] customers::Customer read_customer(const Row& row, bool with_profile) {
    customers::Customer customer;
    customer.number = row.number(0);
    customer.id = row.bytes(1);
    customer.is_number = row.flag(2);
    if (const auto email = row.text_or_null(3)) {
        customer.email = *email;
    }
    customer.email_seq = row.number(4);
    customer.subscribed = row.bytes(5) == "subscribed";
    customer.hard_bounced = row.flag(6);
    customer.soft_bounces = row.number(7);
    customer.complained = row.flag(8);
    customer.first_seen = row.time(9);
    customer.last_seen = row.time(10);
    customer.subscription = {row.time(11), row.number(12)};
    customer.hard_bounce = {row.time(13), row.number(14)};
    customer.complaint = {row.time(15), row.number(16)};
    if (with_profile) {
        customer.profile = customers::Profile(
            {std::string(row.bytes(17)), std::string(row.bytes(18)), std::string(row.bytes(19))});
    }
    return customer;
}

template <class Row>
[[nodiscard]] customers::Campaign read_campaign(const Row& row) {
    constexpr int first_count = 8;
    customers::Campaign campaign;
    campaign.number = row.number(0);
    campaign.key = {std::string(row.bytes(1)), std::string(row.bytes(2))};
    campaign.id = row.bytes(3);
    campaign.name = row.bytes(4);
    campaign.name_seq = row.number(5);
    campaign.first_at = row.time(6);
    campaign.last_at = row.time(7);
    int column = first_count;
    for (customers::Count& count : campaign.counts) {
        count.events = row.number(column++);
        count.customers = row.number(column++);
    }
    return campaign;
}

/// Refers to the row.
template <class Row>
[[nodiscard]] customers::EventRow read_event(const Row& row) {
    customers::EventRow event;
    event.seq = row.number(0);
    event.id = row.bytes(1);
    event.type = row.bytes(2);
    if (!row.is_null(3)) {
        event.occurred_at = row.time(3);
    }
    event.received_at = row.time(4);
    event.user_id = row.text_or_null(5);
    event.user_id_is_number = row.flag(6);
    event.email = row.text_or_null(7);
    event.campaign_id = row.text_or_null(8);
    event.campaign_name = row.text_or_null(9);
    event.variation = row.text_or_null(10);
    event.message_id = row.text_or_null(11);
    event.bounce_type = row.text_or_null(12);
    event.bounce_code = row.text_or_null(13);
    event.bounce_message = row.text_or_null(14);
    event.user_agent = row.text_or_null(15);
    if (!row.is_null(16)) {
        event.duplicate_of = row.number(16);
    }
    event.extra = row.bytes(17);
    event.body = row.text_or_null(18);
    return event;
}

/// Writes `event_columns`.
template <class Writer>
void write_event(Writer& into, const customers::EventRow& row) {
    into.number(row.seq);
    into.text(row.id);
    into.text(row.type);
    if (row.occurred_at) {
        into.seconds(*row.occurred_at);
    } else {
        into.null();
    }
    into.micros(row.received_at);
    into.text_or_null(row.user_id);
    into.flag(row.user_id_is_number);
    into.text_or_null(row.email);
    into.text_or_null(row.campaign_id);
    into.text_or_null(row.campaign_name);
    into.text_or_null(row.variation);
    into.text_or_null(row.message_id);
    into.text_or_null(row.bounce_type);
    into.text_or_null(row.bounce_code);
    into.text_or_null(row.bounce_message);
    into.text_or_null(row.user_agent);
    if (row.duplicate_of) {
        into.number(*row.duplicate_of);
    } else {
        into.null();
    }
    into.text_or_null(unless_empty(row.extra));
    into.text_or_null(row.body);
}

/// Writes those of `customer_columns` that stand behind the address.
template <class Writer>
void write_standing(Writer& into, const customers::Customer& customer) {
    const auto write_mark = [&](const customers::Mark& mark) {
        if (mark.is_set()) {
            into.seconds(mark.at);
        } else {
            into.null();
        }
        into.number(mark.seq);
    };
    into.number(customer.email_seq);
    into.text(customer.subscribed ? "subscribed" : "unsubscribed");
    into.flag(customer.hard_bounced);
    into.number(customer.soft_bounces);
    into.flag(customer.complained);
    into.micros(customer.first_seen);
    into.micros(customer.last_seen);
    write_mark(customer.subscription);
    write_mark(customer.hard_bounce);
    write_mark(customer.complaint);
}

/// Writes `profile_columns`.
template <class Writer>
void write_profile(Writer& into, customers::Customer& customer) {
    const customers::ProfileText& profile = customer.profile.text();
    into.text(profile.properties);
    into.text(profile.tags);
    into.text(profile.marks);
}

/// Writes `customer_columns`.
template <class Writer>
void write_customer(Writer& into, const customers::Customer& customer) {
    into.number(customer.number);
    into.text(customer.id);
    into.flag(customer.is_number);
    into.text_or_null(customer.email);
    write_standing(into, customer);
}

/// Writes `campaign_columns`.
template <class Writer>
void write_campaign(Writer& into, const customers::Campaign& campaign) {
    into.number(campaign.number);
    into.text(campaign.key.key);
    into.text(campaign.key.variation);
    into.text_or_null(unless_empty(campaign.id));
    into.text_or_null(unless_empty(campaign.name));
    into.number(campaign.name_seq);
    into.seconds(campaign.first_at);
    into.seconds(campaign.last_at);
    for (const customers::Count& count : campaign.counts) {
        into.number(count.events);
        into.number(count.customers);
    }
}

}  // namespace verohook::sinks
