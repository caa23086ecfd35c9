#include "base/text.hpp"
#include "event/decode_parts.hpp"
#include "event/event_time.hpp"
#include "event/parse_error.hpp"
#include "event/user_created.hpp"

#include <verohook/event/codec.hpp>

#include <algorithm>
#include <array>

namespace verohook::event {

namespace {

template <std::size_t... Index>
void emplace_alternative(Event& event, std::size_t index, std::index_sequence<Index...>) {
    static_cast<void>(((index == Index && (event.emplace<Index>(), true)) || ...));
}

/// Makes `event` the alternative that `type` names. A type that is no string is left to the caller.
void begin_event(Event& event, Value* type) {
    const auto* const name = type == nullptr ? nullptr : type->get_if<std::string>();
    const auto& types = known_types();
    if (name != nullptr) {
        const auto found = std::find(types.begin(), types.end(), *name);
        if (found != types.end()) {
            emplace_alternative(event, static_cast<std::size_t>(found - types.begin()),
                                std::make_index_sequence<std::variant_size_v<Event> - 1>());
            return;
        }
    }
    Field<std::string> given;
    if (type != nullptr && !take(*type, given)) {
        given = {};
    }
    event.emplace<Unrecognized>().type = std::move(given);
}

/// Reads the members of one body into one event.
class Decoder {
public:
    explicit Decoder(Event& event)
        : event_(event), common_(common(event)), type_(type_name(event)), leftovers_(common_) {}

    void read(Object& body) {
        for (auto& [name, value] : body) {
            if (!read_common(name, value) && !read_special(name, value)) {
                read_unknown(name, value);
            }
        }
        settle_message_id();
        adopt_profile(std::move(profile_), common_.user, leftovers_);
    }

    void complain_of_duplicates(const std::vector<std::string>& keys) {
        for (const std::string& key : keys) {
            leftovers_.complain("duplicate key \"" + printable(key, shown_bytes_max) + "\"");
        }
    }

private:
    /// Members that every type may have.
    bool read_common(const std::string& name, Value& value) {
        if (name == "type") {
            // A string or null stands in the event's alternative already.
            if (!value.get_if<std::string>() && !value.is_null()) {
                leftovers_.keep_wrong(name, std::move(value), expected_text);
            }
        } else if (name == "user") {
            decode_user(std::move(value), common_.user, leftovers_);
        } else if (name == "campaign") {
            decode_campaign(std::move(value), common_.campaign, campaign_message_id_, leftovers_);
        } else if (name == "event") {
            decode_trigger(std::move(value), common_.trigger, leftovers_);
        } else if (name == "message_id") {
            read_member(name, value, common_.message_id, expected_text);
        } else if (name == "user_agent") {
            read_member(name, value, common_.user_agent, expected_text);
        } else if (is_time_member(name, type_)) {
            read_time(name, value);
        } else {
            return false;
        }
        return true;
    }

    /// Members that only one type has.
    bool read_special(const std::string& name, Value& value) {
        if (auto* const bounced = std::get_if<Bounced>(&event_)) {
            if (name == "bounce_type") {
                return read_member(name, value, bounced->bounce_type, expected_text);
            }
            if (name == "bounce_code") {
                return read_member(name, value, bounced->bounce_code, expected_id);
            }
            if (name == "bounce_message") {
                return read_member(name, value, bounced->bounce_message, expected_text);
            }
        } else if (auto* const delivered = std::get_if<Delivered>(&event_)) {
            if (name == "sender_ip") {
                return read_member(name, value, delivered->sender_ip, expected_text);
            }
        } else if (auto* const updated = std::get_if<UserUpdated>(&event_)) {
            if (name == "changes") {
                decode_changes(std::move(value), updated->changes, leftovers_);
                return true;
            }
        }
        return false;
    }

    void read_unknown(std::string& name, Value& value) {
        // Members of other types are no properties of a customer.
        static constexpr std::array<std::string_view, 5> special{
            "bounce_type", "bounce_code", "bounce_message", "changes", "sender_ip"};
        if (std::holds_alternative<UserCreated>(event_) &&
            std::find(special.begin(), special.end(), name) == special.end()) {
            profile_.emplace_back(std::move(name), std::move(value));
        } else {
            leftovers_.keep(name, std::move(value));
        }
    }

    template <class T>
    bool read_member(const std::string& name, Value& value, Field<T>& member,
                     std::string_view expected) {
        if (!take(value, member)) {
            leftovers_.keep_wrong(name, std::move(value), expected);
        }
        return true;
    }

    void read_time(const std::string& name, Value& value) {
        if (const auto* const number = value.get_if<Number>()) {
            common_.occurred_at = parse_seconds(number->text);
        } else if (const auto* const text = value.get_if<std::string>()) {
            common_.occurred_at = parse_seconds(*text);
        }
        if (common_.occurred_at) {
            return;
        }
        if (!value.is_null()) {
            leftovers_.complain(printable(name, shown_bytes_max) +
                                " is not a time in whole seconds from 1 to 253402300799");
        }
        leftovers_.keep(name, std::move(value));
    }

    /// The id of the mail stands at the top level or in the campaign, seldom in both.
    void settle_message_id() {
        if (!campaign_message_id_) {
            return;
        }
        Value& own = *campaign_message_id_;
        Field<std::string> lifted;
        const auto* const text = own.get_if<std::string>();
        if (!common_.message_id.present() && (text != nullptr || own.is_null())) {
            static_cast<void>(take(own, common_.message_id));
            return;
        }
        const bool same = text != nullptr ? common_.message_id && *common_.message_id == *text
                                          : own.is_null() && common_.message_id.is_null();
        if (same) {
            return;
        }
        if (text != nullptr || own.is_null()) {
            leftovers_.complain("campaign.message_id is not the message_id at the top level");
        } else {
            leftovers_.complain("campaign.message_id is " + std::string(kind_of(own)) + " where " +
                                std::string(expected_text) + " was expected");
        }
        Value* campaign = common_.extra.find("campaign");
        if (campaign == nullptr) {
            campaign = &common_.extra.push_back("campaign", Object{});
        }
        campaign->get_if<Object>()->push_back("message_id", std::move(own));
    }

    Event& event_;
    Common& common_;
    std::string_view type_;
    Leftovers leftovers_;
    std::optional<Value> campaign_message_id_;
    std::vector<Object::Member> profile_;
};

}  // namespace

boost::system::result<Event, Malformed> decode(std::string_view body) {
    std::vector<std::string> duplicate_keys;
    auto parsed = parse_json(body, &duplicate_keys);
    if (!parsed) {
        return parsed.error();
    }
    auto* const members = parsed->get_if<Object>();
    if (members == nullptr) {
        return explain_not_an_object(body);
    }
    // Built where it is returned: an event is large.
    boost::system::result<Event, Malformed> decoded{Event{}};
    begin_event(*decoded, members->find("type"));
    Decoder decoder(*decoded);
    decoder.complain_of_duplicates(duplicate_keys);
    decoder.read(*members);
    return decoded;
}

}  // namespace verohook::event
