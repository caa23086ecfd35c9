#pragma once

#include "base/hash.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

// What samples are made of. It follows Vero's own samples and what other receivers of its webhooks
// have met.

namespace verohook::event {

struct Person {
    std::string_view first_name;
    std::string_view mailbox;
    std::string_view city;
};

inline constexpr std::array<Person, 8> people{{
    {"Steve", "steve", "Sydney"},
    {"Damien", "damien", "Melbourne"},
    {"Zoë", "zoe.müller", "Zürich"},
    {"李雷", "lilei", "上海"},
    {"Ana", "ana.souza", "São Paulo"},
    {"O'Neil \"Bo\"", "bo.oneil", "Cork"},
    {"Ольга", "olga", "Казань"},
    {"Priya 🌸", "priya", "Pune"},
}};

struct Mail {
    std::string_view type;
    std::string_view name;
    std::string_view subject;
    std::string_view trigger;  ///< Empty: a newsletter, which no event triggers.
    std::string_view tags;
};

inline constexpr std::array<Mail, 6> mails{{
    {"transactional", "Order confirmation", "Your order is being processed!", "purchased item", ""},
    {"behavioural", "Cart Abandonment Followup", "You have items in your shopping bag",
     "Abandoned cart", "cart, followup"},
    {"newsletter", "November – what's new", "New in November: 20% off \"everything\"", "",
     "tag 1, tag 2"},
    {"transactional", "Reset password", "Reset your password", "Requested password reset", ""},
    {"behavioural", "お買い上げありがとう", "ご注文を受け付けました ✓", "purchased item", "日本"},
    {"newsletter", "Weekly digest", "Your week in review", "", "digest"},
}};

inline constexpr std::array<std::string_view, 4> user_agents{
    "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
};

/// Independent choices out of one number.
class Choices {
public:
    explicit Choices(std::uint64_t number) : number_(number) {}
    [[nodiscard]] std::size_t below(std::uint64_t count, std::uint64_t purpose) const {
        return static_cast<std::size_t>(mix64(number_ ^ mix64(purpose)) % count);
    }
    [[nodiscard]] bool one_in(std::uint64_t count, std::uint64_t purpose) const {
        return below(count, purpose) == 0;
    }

private:
    std::uint64_t number_;
};

/// What each choice is for; the numbers only have to differ.
enum Purpose : std::uint64_t {
    for_person = 1,
    for_mail,
    for_agent,
    for_time,
    for_time_text,
    for_time_missing,
    for_user_id,
    for_email,
    for_shape,
    for_null,
    for_trigger,
    for_bounce,
    for_changes,
    for_profile,
};

}  // namespace verohook::event
