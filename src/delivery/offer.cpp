#include "delivery/offer.hpp"

#include "base/log.hpp"

#include <exception>
#include <utility>

namespace verohook::delivery {

namespace {

/// A sink that claims what cannot be has a mistake in it. Nothing may get lost by that, so what it
/// claims is worth no more than "offer it again".
sink::Outcome checked(sink::Outcome outcome, std::size_t offered, const std::string& name) {
    using sink::Verdict;
    const bool too_many = outcome.taken > offered;
    const bool rejects_nothing = outcome.verdict == Verdict::reject && outcome.taken == offered;
    const bool incomplete = outcome.verdict == Verdict::delivered && outcome.taken < offered;
    if (!too_many && !rejects_nothing && !incomplete) {
        return outcome;
    }
    const std::string reason = "the sink claims to have taken " + std::to_string(outcome.taken) +
                               " of " + std::to_string(offered) + " events and to have " +
                               (rejects_nothing ? "rejected the next" : "delivered all of them");
    log::error("sink '" + name + "' has an error in it: " + reason);
    return sink::Outcome::retry(too_many ? 0 : outcome.taken, reason);
}

}  // namespace

std::optional<sink::Outcome> offer(SinkSeat& seat, std::span<const sink::Item> items,
                                   const std::string& sink_name) {
    sink::Outcome outcome;
    const bool here = seat.call([&] {
        try {
            outcome = seat.get()->deliver(items);
        } catch (const std::exception& thrown) {
            outcome = sink::Outcome::retry(0, std::string("the sink threw: ") + thrown.what());
        } catch (...) {
            outcome = sink::Outcome::retry(0, "the sink threw something that is no exception");
        }
    });
    if (!here) {
        return std::nullopt;
    }
    return checked(std::move(outcome), items.size(), sink_name);
}

}  // namespace verohook::delivery
