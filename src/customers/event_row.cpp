#include "customers/event_row.hpp"

#include "event/json_text.hpp"

namespace verohook::customers {

namespace {

OptionalText text_of(const event::Field<std::string>& field) {
    return field ? OptionalText(*field) : std::nullopt;
}

OptionalText text_of(const event::Field<event::Id>& field) {
    return field ? OptionalText(field->text) : std::nullopt;
}

}  // namespace

EventRow make_row(const Fact& fact) {
    const event::Common& common = event::common(fact.event);
    EventRow row;
    row.seq = fact.seq;
    row.id = fact.envelope.id;
    row.type = event::type_name(fact.event);
    row.occurred_at = common.occurred_at;
    row.received_at = fact.envelope.received_at;
    if (common.user) {
        row.user_id = text_of(common.user->id);
        row.user_id_is_number = common.user->id && common.user->id->is_number;
        row.email = text_of(common.user->email);
    }
    if (common.campaign) {
        row.campaign_id = text_of(common.campaign->id);
        row.campaign_name = text_of(common.campaign->name);
        row.variation = text_of(common.campaign->variation);
    }
    row.message_id = text_of(common.message_id);
    if (const auto* const bounced = std::get_if<event::Bounced>(&fact.event)) {
        row.bounce_type = text_of(bounced->bounce_type);
        row.bounce_code = text_of(bounced->bounce_code);
        row.bounce_message = text_of(bounced->bounce_message);
    }
    row.user_agent = text_of(common.user_agent);
    if (fact.envelope.duplicate_of) {
        // Both are of the same journal.
        row.duplicate_of = fact.seq - fact.envelope.seq + *fact.envelope.duplicate_of;
    }
    if (!common.extra.empty()) {
        event::append_json_object(row.extra, common.extra);
    }
    row.body = fact.body;
    return row;
}

}  // namespace verohook::customers
