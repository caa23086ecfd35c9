#pragma once

#include <verohook/event/event.hpp>
#include <verohook/event/value.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What events and lines say of a person.
namespace verohook::event {

/// What an event says of its customer's address. In `changes` it comes before what `user` says, and
/// there alone null removes it.
struct AddressNews {
    bool told = false;
    std::optional<std::string> address = {};  ///< Without blanks around it; nothing: removed.
};
[[nodiscard]] AddressNews address_news(const Event& event);

/// Finds one person by ids, compared as text, and addresses, without regard to case, or what a
/// keyed hash has made of them. Immutable; any thread.
class PersonFinder {
public:
    PersonFinder(std::vector<std::string> ids, const std::vector<std::string>& emails);

    /// Whether JSON names the person: a body of Vero's or a line in any format whose user has one
    /// of the ids, or in which one of the addresses stands anywhere. What is no JSON is searched
    /// for addresses as it is.
    [[nodiscard]] bool concerns(std::string_view json) const;
    /// Whether one of the addresses stands in a text, and not as a part of a longer one.
    [[nodiscard]] bool names_address(std::string_view text) const;
    /// The same, also where JSON's escapes hide it, of a text that is no JSON as a whole.
    [[nodiscard]] bool names_address_escaped(std::string_view text) const;
    /// Whether one of the ids stands in a text as a word.
    [[nodiscard]] bool names_id(std::string_view text) const;
    /// Whether a text is one of the addresses.
    [[nodiscard]] bool is_address(std::string_view text) const;

private:
    [[nodiscard]] bool may_concern(std::string_view json) const;
    [[nodiscard]] bool has_id(const Object& object) const;
    [[nodiscard]] bool is_id(const Value* value) const;
    [[nodiscard]] bool has_address(const Value& value) const;

    std::vector<std::string> ids_;
    std::vector<std::string> emails_;
    std::vector<std::string> hashes_;  ///< Of addresses.
};

/// What is left of a body that was erased: its type and its time.
[[nodiscard]] std::string erased_body(std::string_view type,
                                      const std::optional<Timestamp>& occurred_at);

}  // namespace verohook::event
