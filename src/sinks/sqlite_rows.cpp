#include "sinks/sqlite_rows.hpp"

namespace verohook::sinks {

namespace {

std::uint64_t unsigned_at(const sqlite::Statement& row, int column) {
    return static_cast<std::uint64_t>(row.integer(column));
}

/// A time that somebody wrote by hand, and that is none, is the earliest one.
Timestamp time_at(const sqlite::Statement& row, int column) {
    return parse_rfc3339(row.bytes(column)).value_or(Timestamp{});
}

}  // namespace

customers::Customer read_customer(const sqlite::Statement& row, bool with_profile) {
    customers::Customer customer;
    customer.number = unsigned_at(row, 0);
    customer.id = row.bytes(1);
    customer.is_number = row.integer(2) != 0;
    if (const auto email = row.text_or_null(3)) {
        customer.email = *email;
    }
    customer.email_seq = unsigned_at(row, 4);
    customer.subscribed = row.bytes(5) == "subscribed";
    customer.hard_bounced = row.integer(6) != 0;
    customer.soft_bounces = unsigned_at(row, 7);
    customer.complained = row.integer(8) != 0;
    customer.first_seen = time_at(row, 9);
    customer.last_seen = time_at(row, 10);
    customer.subscription = {time_at(row, 11), unsigned_at(row, 12)};
    customer.hard_bounce = {time_at(row, 13), unsigned_at(row, 14)};
    customer.complaint = {time_at(row, 15), unsigned_at(row, 16)};
    if (with_profile) {
        customer.profile = customers::Profile(
            {std::string(row.bytes(17)), std::string(row.bytes(18)), std::string(row.bytes(19))});
    }
    return customer;
}

customers::Campaign read_campaign(const sqlite::Statement& row) {
    constexpr int first_count = 8;
    customers::Campaign campaign;
    campaign.number = unsigned_at(row, 0);
    campaign.key = {std::string(row.bytes(1)), std::string(row.bytes(2))};
    campaign.id = row.bytes(3);
    campaign.name = row.bytes(4);
    campaign.name_seq = unsigned_at(row, 5);
    campaign.first_at = time_at(row, 6);
    campaign.last_at = time_at(row, 7);
    int column = first_count;
    for (customers::Count& count : campaign.counts) {
        count.events = unsigned_at(row, column++);
        count.customers = unsigned_at(row, column++);
    }
    return campaign;
}

customers::EventRow read_event(const sqlite::Statement& row) {
    customers::EventRow event;
    event.seq = unsigned_at(row, 0);
    event.id = row.bytes(1);
    event.type = row.bytes(2);
    if (const auto occurred_at = row.text_or_null(3)) {
        event.occurred_at = parse_rfc3339(*occurred_at);
    }
    event.received_at = time_at(row, 4);
    event.user_id = row.text_or_null(5);
    event.user_id_is_number = row.integer(6) != 0;
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
        event.duplicate_of = unsigned_at(row, 16);
    }
    event.extra = row.bytes(17);
    event.body = row.text_or_null(18);
    return event;
}

}  // namespace verohook::sinks
