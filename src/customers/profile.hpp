#pragma once

#include "customers/fact.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace verohook::customers {

/// What a profile holds at most: what goes beyond stays in the events alone. What was removed
/// counts too, since it has to be remembered.
inline constexpr std::size_t profile_names_max = 4000;  ///< Of properties, and of tags.
inline constexpr std::size_t profile_bytes_max = std::size_t{1024} * 1024;

/// A profile's three columns.
struct ProfileText {
    std::string properties = "{}";  ///< JSON object, in the order in which they were first set.
    std::string tags = "[]";        ///< JSON array of texts, sorted, each once.
    /// JSON: for each property and tag the `seq` that last set or removed it.
    std::string marks = "{}";
    bool operator==(const ProfileText&) const = default;
};

/// A customer's properties and tags. Of each the latest event by `seq` decides, in whichever order
/// they are applied; so what was removed is remembered too. Reads its texts only when something is
/// to be changed; a text that is no JSON of its kind counts as empty.
class Profile {
public:
    Profile();
    explicit Profile(ProfileText stored);
    ~Profile();
    Profile(Profile&&) noexcept;
    Profile& operator=(Profile&&) noexcept;

    /// Null removes.
    void set_property(const std::string& name, const event::Value& value, Seq seq);
    void set_tag(const std::string& tag, bool present, Seq seq);

    [[nodiscard]] bool changed() const { return changed_; }
    /// The columns as they are now.
    [[nodiscard]] const ProfileText& text();

private:
    struct Contents;
    Contents& contents();

    ProfileText text_;
    std::unique_ptr<Contents> contents_;  ///< Null as long as the texts say all.
    bool changed_ = false;                ///< Since it was loaded.
    bool stale_ = false;                  ///< The texts are behind the contents.
};

}  // namespace verohook::customers
