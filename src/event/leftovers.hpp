#pragma once

#include <verohook/event/event.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace verohook::event {

/// What a problem shows of a name that came from outside.
constexpr std::size_t shown_bytes_max = 64;

/// Where goes what has no typed member: `extra` and `problems` of the event being decoded. One for
/// the event itself and one for each of its parts; a part's is joined to its parent's when it ends,
/// so that nothing is searched while members come in.
class Leftovers {
public:
    /// Of the whole event, which must outlive it and keep its alternative.
    explicit Leftovers(Common& event) : members_(event.extra), problems_(event.problems) {}
    /// Of the part that is called `name`, a literal.
    Leftovers(Leftovers& parent, std::string_view name)
        : parent_(&parent), name_(name), members_(own_), problems_(parent.problems_) {}
    Leftovers(const Leftovers&) = delete;
    Leftovers& operator=(const Leftovers&) = delete;
    ~Leftovers();

    /// Keeps a member in the place where it stood in the body.
    void keep(std::string_view name, Value value);

    /// The same for a known member of another type, which is told as a problem.
    void keep_wrong(std::string_view name, Value value, std::string_view expected);

    /// Notes one sentence. Their number is bounded, since a sender can bring about any number.
    void complain(std::string problem);

private:
    void append_path(std::string& out) const;

    Leftovers* parent_ = nullptr;
    std::string_view name_;
    Object own_;
    Object& members_;
    std::vector<std::string>& problems_;
};

/// `a string`, `null`, …
[[nodiscard]] std::string_view kind_of(const Value& value);

/// These move `value` into the member if it is null or of the member's type; else they leave it and
/// return false.
[[nodiscard]] bool take(Value& value, Field<std::string>& member);
[[nodiscard]] bool take(Value& value, Field<Id>& member);
[[nodiscard]] bool take(Value& value, Field<Array>& member);

/// What `take` expects, for the sentence about a wrong type.
inline constexpr std::string_view expected_text = "a string";
inline constexpr std::string_view expected_id = "a number or a string";
inline constexpr std::string_view expected_array = "an array";
inline constexpr std::string_view expected_object = "an object";

}  // namespace verohook::event
