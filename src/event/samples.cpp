#include "event/samples.hpp"

#include "event/sample_parts.hpp"

#include <verohook/event/codec.hpp>
#include <verohook/event/value.hpp>

#include <cstddef>

namespace verohook::event {

namespace {

Value number_value(std::uint64_t number) {
    return Number{std::to_string(number)};
}

Value text_value(std::string_view text) {
    return std::string(text);
}

std::string two_digits(std::uint64_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

class Sample {
public:
    Sample(std::string_view type, std::uint64_t number, Timestamp now)
        : type_(type),
          number_(number),
          now_(now),
          choices_(number),
          person_(people[choices_.below(people.size(), for_person)]),
          mail_(mails[choices_.below(mails.size(), for_mail)]) {}

    [[nodiscard]] std::string body() const {
        Object body;
        body.push_back("type", std::string(type_));
        body.push_back("user", user());
        if (is_profile()) {
            add_profile(body);
        } else if (type_ != "resubscribed") {
            add_mail(body);
        }
        add_time(body);
        std::string out;
        append_json(out, body);
        return out;
    }

private:
    [[nodiscard]] bool is_profile() const {
        return type_ == "user_created" || type_ == "user_updated";
    }

    /// Each number is one customer, so that bodies without a time or a mail differ too.
    [[nodiscard]] Value user_id() const {
        switch (choices_.below(6, for_user_id)) {
            case 0:
                return "production_" + std::to_string(number_);
            case 1:
                return email();
            default:
                return number_value(number_ + 1000);
        }
    }

    [[nodiscard]] std::string email() const {
        return std::string(person_.mailbox) + "+" + std::to_string(number_) + "@example.com";
    }

    [[nodiscard]] Object user() const {
        Object user;
        // Either may be null or absent, and only one of them, so that the customer is known.
        switch (choices_.below(24, for_email)) {
            case 0:
                user.push_back("id", nullptr);
                user.push_back("email", email());
                break;
            case 1:
                user.push_back("id", user_id());
                user.push_back("email", nullptr);
                break;
            case 2:
                user.push_back("id", user_id());
                break;
            default:
                user.push_back("id", user_id());
                user.push_back("email", email());
                break;
        }
        if (type_ == "user_created" && !choices_.one_in(4, for_profile)) {
            add_properties(user);
        }
        return user;
    }

    void add_properties(Object& object) const {
        object.push_back("firstname", text_value(person_.first_name));
        object.push_back("company", choices_.one_in(5, for_null) ? Value(nullptr) : Value("Vero"));
        object.push_back("city", text_value(person_.city));
        object.push_back("lifetime_value", Number{std::to_string(number_ % 997) + ".50"});
    }

    void add_profile(Object& body) const {
        if (type_ == "user_created") {
            if (choices_.one_in(4, for_profile)) {
                add_properties(body);
            }
            return;
        }
        Object changes;
        if (!choices_.one_in(3, for_changes)) {
            Object tags;
            tags.push_back("add", Array{"active-customer", text_value(person_.city)});
            tags.push_back("remove",
                           choices_.one_in(4, for_null) ? Value(nullptr) : Value(Array{}));
            changes.push_back("_tags", std::move(tags));
        }
        changes.push_back("first_name", text_value(person_.first_name));
        changes.push_back("orders", number_value(number_ % 100));
        body.push_back("changes", std::move(changes));
        if (choices_.one_in(5, for_shape)) {
            body.push_back("action", "updated");
            body.push_back("id", std::to_string(number_ + 1000));
        }
    }

    void add_mail(Object& body) const {
        const bool unsubscribed = type_ == "unsubscribed";
        if (unsubscribed && choices_.one_in(3, for_shape)) {
            return;
        }
        body.push_back("campaign", unsubscribed ? series_campaign() : campaign());
        if (type_ == "opened" || type_ == "clicked") {
            body.push_back("user_agent",
                           text_value(user_agents[choices_.below(user_agents.size(), for_agent)]));
        }
        if (!unsubscribed) {
            body.push_back("message_id", message_id());
        }
        if (type_ == "delivered" && choices_.one_in(2, for_shape)) {
            body.push_back("sender_ip", "192.0.2." + std::to_string(number_ % 254 + 1));
        }
        if (type_ == "bounced") {
            add_bounce(body);
        }
        if (!mail_.trigger.empty() && choices_.one_in(4, for_trigger)) {
            body.push_back("event", trigger());
        }
    }

    /// One mail's events share it.
    [[nodiscard]] std::string message_id() const {
        return "20261123" + two_digits(number_ / 3600 % 24) + two_digits(number_ / 60 % 60) +
               two_digits(number_ % 60) + "." + std::to_string(number_) +
               ".1B72E094173067F0F@veromail.com";
    }

    [[nodiscard]] Object campaign() const {
        Object campaign;
        const std::uint64_t id = 987 + choices_.below(mails.size(), for_mail);
        switch (choices_.below(12, for_shape)) {
            case 0:
                campaign.push_back("id", Number{"1235666234572456"});
                break;
            case 1:
                campaign.push_back("id", std::to_string(id));
                break;
            case 2:
                campaign.push_back("id", nullptr);
                break;
            default:
                campaign.push_back("id", number_value(id));
                break;
        }
        campaign.push_back("type", text_value(mail_.type));
        campaign.push_back("name", text_value(mail_.name));
        campaign.push_back("subject", text_value(mail_.subject));
        if (!mail_.trigger.empty()) {
            campaign.push_back("trigger-event", text_value(mail_.trigger));
        }
        campaign.push_back("permalink",
                           "http://app.getvero.com/view/1/341d64944577ac1f70f560e37db54a25");
        campaign.push_back("variation",
                           choices_.one_in(8, for_null) ? Value(nullptr) : Value("Variation A"));
        if (choices_.one_in(3, for_shape)) {
            campaign.push_back("group", "Group 1");
            campaign.push_back("channel", "email");
            campaign.push_back("sent_to", email());
            campaign.push_back("locale", "en");
            campaign.push_back("tags", text_value(mail_.tags));
        }
        return campaign;
    }

    /// The shape that `unsubscribed` has since 2020.
    [[nodiscard]] Object series_campaign() const {
        Object campaign;
        campaign.push_back("campaign_title", text_value(mail_.name));
        campaign.push_back("series_title", "Order Tracking");
        campaign.push_back("message_id", message_id());
        campaign.push_back("email_subject", text_value(mail_.subject));
        campaign.push_back("variation_name", "Control");
        campaign.push_back("template", "Order Template");
        return campaign;
    }

    void add_bounce(Object& body) const {
        const bool soft = choices_.one_in(3, for_bounce);
        body.push_back("bounce_type", soft ? "soft" : "hard");
        if (!choices_.one_in(4, for_null)) {
            body.push_back("bounce_code", soft ? Value("421") : Value(Number{"550"}));
            body.push_back("bounce_message", soft ? "421 4.2.2 The mailbox is full"
                                                  : "550 5.1.1 The account does not exist");
        }
    }

    [[nodiscard]] Object trigger() const {
        Object trigger;
        trigger.push_back("name", text_value(mail_.trigger));
        trigger.push_back("triggered_at", number_value(seconds() - 60));
        if (!choices_.one_in(3, for_null)) {
            Object data;
            data.push_back("order", number_value(number_));
            data.push_back("items", Array{"shirt", "socks"});
            trigger.push_back("data", std::move(data));
        }
        return trigger;
    }

    [[nodiscard]] std::uint64_t seconds() const {
        const auto now = std::chrono::floor<std::chrono::seconds>(now_.time_since_epoch()).count();
        return static_cast<std::uint64_t>(now) - choices_.below(300, for_time);
    }

    void add_time(Object& body) const {
        const bool timeless = is_profile() || type_ == "converted" || type_ == "resubscribed";
        const bool undocumented = type_ == "complained" || type_ == "failed";
        if (timeless || (undocumented && choices_.one_in(2, for_time_missing))) {
            return;
        }
        const Value time = number_value(seconds());
        body.push_back(std::string(type_) + "_at", choices_.one_in(16, for_time_text)
                                                       ? Value(time.get_if<Number>()->text)
                                                       : time);
    }

    std::string_view type_;
    std::uint64_t number_;
    Timestamp now_;
    Choices choices_;
    const Person& person_;
    const Mail& mail_;
};

}  // namespace

std::string sample_body(std::string_view type, std::uint64_t number, Timestamp now) {
    return Sample(type, number, now).body();
}

}  // namespace verohook::event
