#include "customers/fact.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace verohook::customers {

Timestamp when(const Fact& fact) {
    const Timestamp received = std::chrono::floor<std::chrono::seconds>(fact.envelope.received_at);
    const auto& occurred = event::common(fact.event).occurred_at;
    return occurred ? std::min(*occurred, received) : received;
}

const event::Id* customer_id(const event::Event& event) {
    const event::Common& common = event::common(event);
    if (!common.user || !common.user->id || common.user->id->text.empty()) {
        return nullptr;
    }
    return &*common.user->id;
}

std::string_view measure_name(Measure measure) {
    static constexpr std::array<std::string_view, measure_count> names{
        "sent",         "delivered",    "opened",     "clicked",  "bounced_hard",
        "bounced_soft", "unsubscribed", "complained", "converted"};
    return names[static_cast<std::size_t>(measure)];
}

std::optional<Measure> measure_of(const event::Event& event) {
    if (const auto* const bounced = std::get_if<event::Bounced>(&event)) {
        const bool hard =
            bounced->bounce_type && equals_ignoring_case(*bounced->bounce_type, "hard");
        return hard ? Measure::bounced_hard : Measure::bounced_soft;
    }
    struct Type {
        std::size_t index;
        Measure measure;
    };
    static const std::array types{
        Type{event::Event(event::Sent{}).index(), Measure::sent},
        Type{event::Event(event::Delivered{}).index(), Measure::delivered},
        Type{event::Event(event::Opened{}).index(), Measure::opened},
        Type{event::Event(event::Clicked{}).index(), Measure::clicked},
        Type{event::Event(event::Unsubscribed{}).index(), Measure::unsubscribed},
        Type{event::Event(event::Complained{}).index(), Measure::complained},
        Type{event::Event(event::Converted{}).index(), Measure::converted},
    };
    const auto* const found = std::find_if(
        types.begin(), types.end(), [&](const Type& type) { return type.index == event.index(); });
    return found == types.end() ? std::nullopt : std::optional(found->measure);
}

}  // namespace verohook::customers
