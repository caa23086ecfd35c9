#pragma once

#include "customers/profile.hpp"
#include "event/person.hpp"

#include <verohook/sink/sink.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace verohook::sinks {

/// What is to become of a customer's row in which an address of the person stands.
struct CustomerRest {
    std::uint64_t number = 0;
    std::optional<std::string> id;  ///< There where the address stands in it: the row goes.
    bool keeps_email = true;
    customers::ProfileText profile;
};

/// Judges rows of the SQL sinks as the journal judges bodies: whether an address of the person
/// stands in them, and not as a part of a longer one.
class RowSearch {
public:
    explicit RowSearch(const sink::Person& person) : finder_({}, person.emails) {}

    [[nodiscard]] bool is_in(std::string_view body) const { return finder_.concerns(body); }
    /// The profile without the properties and tags in which it stands.
    [[nodiscard]] customers::ProfileText without(const customers::ProfileText& profile) const;

    /// Of a row with the columns number, id, email, properties, tags and marks; nothing: the row
    /// stays as it is.
    template <class Row>
    [[nodiscard]] std::optional<CustomerRest> rest_of(const Row& row) const {
        const auto text = [&](int column) { return std::string(row.bytes(column)); };
        const customers::ProfileText profile{text(3), text(4), text(5)};
        CustomerRest rest{.number = row.number(0), .id = {}, .profile = without(profile)};
        if (finder_.names_address(row.bytes(1))) {
            rest.id = text(1);
        }
        const auto email = row.text_or_null(2);
        rest.keeps_email = !email || !finder_.names_address(*email);
        return rest.id || !rest.keeps_email || rest.profile != profile ? std::optional(rest)
                                                                       : std::nullopt;
    }

private:
    event::PersonFinder finder_;
};

}  // namespace verohook::sinks
