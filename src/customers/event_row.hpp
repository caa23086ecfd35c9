#pragma once

#include "customers/fact.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace verohook::customers {

using OptionalText = std::optional<std::string_view>;

/// A row of the table `events`. Texts are UTF-8, may hold any character, NUL among them, and refer
/// to the event or to what the row was read from.
struct EventRow {
    Seq seq = 0;
    std::string_view id;
    std::string_view type;  ///< Empty: Vero gave none.
    std::optional<Timestamp> occurred_at;
    Timestamp received_at;
    OptionalText user_id;
    bool user_id_is_number = false;
    OptionalText email;
    OptionalText campaign_id;
    OptionalText campaign_name;
    OptionalText variation;
    OptionalText message_id;
    OptionalText bounce_type;
    OptionalText bounce_code;
    OptionalText bounce_message;
    OptionalText user_agent;
    std::optional<Seq> duplicate_of;  ///< Stored, like `seq`.
    std::string extra;                ///< JSON object of unknown members; empty: there are none.
    OptionalText body;                ///< Nothing once it was erased.
};

[[nodiscard]] EventRow make_row(const Fact& fact);

}  // namespace verohook::customers
