#pragma once

#include <verohook/base/time.hpp>
#include <verohook/event/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace verohook::event {

/// A known member of Vero's JSON: absent, null, or a value of its type. A member of another type
/// than the expected one is absent here and stands in `Common::extra`.
template <class T>
class Field {
public:
    Field() = default;
    Field(std::nullptr_t) : present_(true) {}  // NOLINT(google-explicit-constructor)
    // NOLINTNEXTLINE(google-explicit-constructor)
    Field(T value) : value_(std::move(value)), present_(true) {}

    [[nodiscard]] bool present() const { return present_; }
    [[nodiscard]] bool is_null() const { return present_ && !value_; }
    [[nodiscard]] bool has_value() const { return value_.has_value(); }
    explicit operator bool() const { return has_value(); }
    const T& operator*() const { return *value_; }
    T& operator*() { return *value_; }
    const T* operator->() const { return &*value_; }
    T* operator->() { return &*value_; }
    bool operator==(const Field&) const = default;

private:
    std::optional<T> value_;
    bool present_ = false;
};

/// An id or a code: Vero sends numbers and strings. The JSON type is kept; compare `text`.
struct Id {
    std::string text;        ///< The string, or the number as it was written.
    bool is_number = false;  ///< Whether it was a JSON number.
    bool operator==(const Id&) const = default;
};

struct User {
    Field<Id> id;
    Field<std::string> email;
    Object properties;  ///< Whatever else Vero says of the customer.
    bool operator==(const User&) const = default;
};

/// Both shapes that Vero sends: the one of e-mail events, and the one of `unsubscribed` since 2020
/// (`campaign_title` is `name`, `email_subject` is `subject`, `variation_name` is `variation`,
/// `series_title` is `series`).
struct Campaign {
    Field<Id> id;
    Field<std::string> type;
    Field<std::string> name;
    Field<std::string> subject;
    Field<std::string> trigger_event;  ///< `trigger-event`
    Field<std::string> permalink;
    Field<std::string> variation;
    Field<std::string> group;
    Field<std::string> channel;
    Field<std::string> sent_to;
    Field<std::string> locale;
    Field<std::string> tags;  ///< One string, as Vero sends it: `"tag 1, tag 2"`.
    Field<std::string> series;
    Field<std::string> template_name;  ///< `template`
    bool operator==(const Campaign&) const = default;
};

/// The tracked event that triggered the mail (`event`, undocumented but real).
struct Trigger {
    Field<std::string> name;
    Field<Value> triggered_at;  ///< As it came; its form is not documented.
    Field<Value> data;
    bool operator==(const Trigger&) const = default;
};

/// What every type may carry.
struct Common {
    std::optional<Timestamp> occurred_at;  ///< From `<type>_at`; seconds.
    Field<User> user;
    Field<Campaign> campaign;
    Field<std::string> message_id;  ///< Of one mail; also lifted out of `campaign`.
    Field<std::string> user_agent;
    Field<Trigger> trigger;
    /// Members that are unknown, or known and of another type, in the place where they stood
    /// (`{"campaign":{"unknown":1}}`).
    Object extra;
    /// One sentence for each thing that was not as expected; empty for every sample of Vero's.
    std::vector<std::string> problems;
};

struct Sent : Common {};
struct Delivered : Common {
    Field<std::string> sender_ip;
};
struct Opened : Common {};
struct Clicked : Common {};
struct Bounced : Common {
    Field<std::string> bounce_type;  ///< `hard` or `soft`
    Field<Id> bounce_code;           ///< A string or a number
    Field<std::string> bounce_message;
};
struct Unsubscribed : Common {};
struct Converted : Common {};
struct Resubscribed : Common {};
struct Complained : Common {};
struct Failed : Common {};
struct UserCreated : Common {};
/// `_tags` of `changes`: each list absent, null, or of any JSON values (strings, in practice).
struct TagChanges {
    Field<Array> add;
    Field<Array> remove;
    bool operator==(const TagChanges&) const = default;
};
struct Changes {
    Field<TagChanges> tags;
    Object properties;  ///< Property to new value; null removes.
    bool operator==(const Changes&) const = default;
};
struct UserUpdated : Common {
    Field<Changes> changes;
};
/// A JSON object whose type is none of the twelve, or that has none.
struct Unrecognized : Common {
    Field<std::string> type;
};

using Event =
    std::variant<Sent, Delivered, Opened, Clicked, Bounced, Unsubscribed, Converted, Resubscribed,
                 Complained, Failed, UserCreated, UserUpdated, Unrecognized>;

/// Vero's twelve types, in the order of `Event`'s alternatives.
[[nodiscard]] const std::vector<std::string_view>& known_types();

[[nodiscard]] const Common& common(const Event& event);
[[nodiscard]] Common& common(Event& event);

/// `clicked`, …; for `Unrecognized` the type that Vero gave, or `""` if it gave none.
[[nodiscard]] std::string_view type_name(const Event& event);

/// What the receiver knows of an event beside its body.
struct Envelope {
    std::uint64_t seq = 0;                      ///< Place in the order of arrival, from 1.
    std::string id;                             ///< 32 hexadecimal digits.
    Timestamp received_at;                      ///< When its last byte came.
    std::optional<std::uint64_t> duplicate_of;  ///< `seq` of the first that had this id.
    bool erased = false;                        ///< Type and time alone are left of it.
};

}  // namespace verohook::event
