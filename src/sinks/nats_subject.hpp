#pragma once

#include <verohook/base/result.hpp>
#include <verohook/event/event.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace verohook::sinks {

/// A NATS subject with places for what an event says: `vero.{type}.{user_id}`.
class SubjectTemplate {
public:
    SubjectTemplate() = default;
    /// `invalid_input` says what is wrong with the text.
    [[nodiscard]] static Result<SubjectTemplate> parse(std::string_view text);

    [[nodiscard]] std::string subject(const event::Event& event) const;
    /// A subject with wildcards that takes all of them: `vero.*.*`.
    [[nodiscard]] std::string pattern() const;

private:
    enum class Place { none, type, user_id, campaign_id, campaign_type };
    struct Part {
        std::string text;  ///< Stands before the place.
        Place place = Place::none;
    };
    struct PlaceName {
        std::string_view name;
        Place place;
    };
    static const std::vector<PlaceName>& place_names();
    static std::string value(const event::Event& event, Place place);

    std::vector<Part> parts_;
};

/// A value from outside made fit for one token of a subject: what separates tokens, stands for
/// others or is no letter becomes `_`, as does an empty value; at most 128 bytes.
[[nodiscard]] std::string subject_token(std::string_view value);

}  // namespace verohook::sinks
