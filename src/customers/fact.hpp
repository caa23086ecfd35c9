#pragma once

#include <verohook/event/event.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

/// What the events say of customers and campaigns: the rules of the sync, for every SQL sink.
namespace verohook::customers {

/// The place of an event among all that a target holds, over all journals that it was fed from:
/// the number of the journal, counted from 0, times 2^48, and the event's own `seq`.
using Seq = std::uint64_t;

inline constexpr unsigned epoch_shift = 48;

[[nodiscard]] constexpr Seq stored_seq(std::uint64_t epoch, std::uint64_t journal_seq) {
    return (epoch << epoch_shift) + journal_seq;
}

/// One event on its way into a target. What it refers to must live as long as it is used.
struct Fact {
    Seq seq = 0;  ///< Stored: `stored_seq` of the envelope's.
    const event::Envelope& envelope;
    const event::Event& event;
    std::string_view body;  ///< Vero's body as it came.
};

/// When it happened, in whole seconds, as far as is known: the event's own time, which is never
/// later than its arrival; without one the arrival. Comparable among all events.
[[nodiscard]] Timestamp when(const Fact& fact);

/// The customer's id; nothing where the event has none, or an empty one: such an event belongs to
/// no customer, whatever its address is.
[[nodiscard]] const event::Id* customer_id(const event::Event& event);

/// What a campaign counts. The names are those of the columns.
enum class Measure : std::uint8_t {
    sent,
    delivered,
    opened,
    clicked,
    bounced_hard,
    bounced_soft,
    unsubscribed,
    complained,
    converted,
};
inline constexpr std::size_t measure_count = 9;
[[nodiscard]] std::string_view measure_name(Measure measure);
/// Nothing for what no campaign counts. A bounce is hard where Vero says `hard`, else soft.
[[nodiscard]] std::optional<Measure> measure_of(const event::Event& event);

}  // namespace verohook::customers
