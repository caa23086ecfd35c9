#pragma once

#include "customers/campaign.hpp"
#include "customers/customer.hpp"
#include "customers/event_row.hpp"
#include "sqlite/database.hpp"

#include <string_view>

/// Rows of the `sqlite` sink's tables, as they are read.
namespace verohook::sinks {

/// Columns for `read_customer`, without and with the profile.
inline constexpr std::string_view customer_columns =
    "number, id, id_is_number, email, email_seq, subscription, hard_bounced, soft_bounces, "
    "complained, first_seen, last_seen, subscription_at, subscription_seq, hard_bounced_at, "
    "hard_bounced_seq, complained_at, complained_seq";
inline constexpr std::string_view profile_columns = "properties, tags, marks";

/// The profile's columns stand behind the others, where they were asked for.
[[nodiscard]] customers::Customer read_customer(const sqlite::Statement& row, bool with_profile);

inline constexpr std::string_view campaign_columns =
    "number, key, variation, campaign_id, name, name_seq, first_at, last_at, "
    "sent, sent_customers, delivered, delivered_customers, opened, opened_customers, "
    "clicked, clicked_customers, bounced_hard, bounced_hard_customers, bounced_soft, "
    "bounced_soft_customers, unsubscribed, unsubscribed_customers, complained, "
    "complained_customers, converted, converted_customers";
[[nodiscard]] customers::Campaign read_campaign(const sqlite::Statement& row);

inline constexpr std::string_view event_columns =
    "seq, id, type, occurred_at, received_at, user_id, user_id_is_number, email, campaign_id, "
    "campaign_name, variation, message_id, bounce_type, bounce_code, bounce_message, user_agent, "
    "duplicate_of, extra, body";
/// Refers to the statement's row.
[[nodiscard]] customers::EventRow read_event(const sqlite::Statement& row);

}  // namespace verohook::sinks
