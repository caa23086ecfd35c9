#include "event/counts.hpp"

#include <verohook/event/event.hpp>

namespace verohook::event {

const std::vector<std::string_view>& known_types() {
    static const std::vector<std::string_view> types{
        "sent",      "delivered",    "opened",     "clicked", "bounced",      "unsubscribed",
        "converted", "resubscribed", "complained", "failed",  "user_created", "user_updated",
    };
    return types;
}

static_assert(std::variant_size_v<Event> == 13, "twelve types and Unrecognized");
static_assert(EventCounts::types == 12);

const Common& common(const Event& event) {
    return std::visit([](const auto& typed) -> const Common& { return typed; }, event);
}

Common& common(Event& event) {
    return std::visit([](auto& typed) -> Common& { return typed; }, event);
}

std::string_view type_name(const Event& event) {
    if (const auto* const unrecognized = std::get_if<Unrecognized>(&event)) {
        return unrecognized->type ? std::string_view{*unrecognized->type} : std::string_view{};
    }
    return known_types()[event.index()];
}

}  // namespace verohook::event
