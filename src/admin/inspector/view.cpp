#include "admin/inspector/view.hpp"

#include <verohook/event/codec.hpp>

#include <utility>

namespace verohook::admin {

namespace {

Json text_json(const event::Field<std::string>& text) {
    return text ? Json(*text) : Json();
}

Json id_json(const event::Field<event::Id>& id) {
    return id ? Json(id->text) : Json();
}

}  // namespace

View::View(journal::RecordPtr stored) : record(std::move(stored)) {
    if (record->kind == journal::Kind::recognized || record->kind == journal::Kind::unrecognized) {
        if (auto decoded = event::decode(record->body)) {
            event = *std::move(decoded);
        }
    }
}

std::string_view status_of(const journal::Record& record) {
    if (record.erased) {
        return "erased";
    }
    switch (record.kind) {
        case journal::Kind::malformed:
            return "malformed";
        case journal::Kind::damaged:
            return "damaged";
        case journal::Kind::test:
            return "test";
        case journal::Kind::recognized:
        case journal::Kind::unrecognized:
            break;
    }
    if (record.duplicate_of) {
        return "duplicate";
    }
    return record.kind == journal::Kind::recognized ? "accepted" : "unrecognized";
}

Json summary_json(const View& view) {
    const journal::Record& record = *view.record;
    Json json = {{"seq", record.seq},
                 {"id", to_hex(record.id)},
                 {"received_at", format_micros(record.received_at)},
                 {"occurred_at", Json()},
                 {"type", record.type.empty() ? Json() : Json(record.type)},
                 {"status", status_of(record)},
                 {"user", Json()},
                 {"email", Json()},
                 {"campaign", Json()},
                 {"message_id", Json()},
                 {"problems", 0},
                 {"bytes", record.body.size()}};
    if (record.occurred_at) {
        json["occurred_at"] = format_seconds(*record.occurred_at);
    }
    if (record.duplicate_of) {
        json["duplicate_of"] = *record.duplicate_of;
    }
    if (view.event) {
        const event::Common& common = event::common(*view.event);
        if (common.user) {
            json["user"] = id_json(common.user->id);
            json["email"] = text_json(common.user->email);
        }
        if (common.campaign) {
            json["campaign"] = common.campaign->name ? text_json(common.campaign->name)
                                                     : id_json(common.campaign->id);
        }
        json["message_id"] = text_json(common.message_id);
        json["problems"] = common.problems.size();
    }
    return json;
}

}  // namespace verohook::admin
