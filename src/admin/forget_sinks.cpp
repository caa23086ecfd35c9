#include "admin/forget_sinks.hpp"

#include <algorithm>

namespace verohook::admin {

std::vector<KnownSink> with_gone(const std::vector<KnownSink>& known,
                                 const std::map<std::string, journal::Seq>& positions) {
    std::vector<KnownSink> all = known;
    for (const auto& [name, ignored] : positions) {
        if (std::none_of(known.begin(), known.end(),
                         [&gone = name](const auto& sink) { return sink.name == gone; })) {
            all.push_back({.name = name, .kind = "", .enabled = false, .erase_by_hand = ""});
        }
    }
    return all;
}

std::optional<SinkErasure> known_of(const KnownSink& sink,
                                    const std::map<std::string, journal::Seq>& positions) {
    SinkErasure found{.name = sink.name, .kind = sink.kind};
    if (!sink.erase_by_hand.empty()) {
        found.out_of_reach = sink.erase_by_hand;
        return found;
    }
    if (sink.enabled) {
        return std::nullopt;
    }
    if (sink.kind.empty()) {
        // No other run can reach it, so nobody is told to try.
        found.out_of_reach =
            "the configuration does not have it any more: erase by hand what it has left";
        return found;
    }
    // One that was never opened and is off holds nothing that came from here.
    found.again = positions.contains(sink.name);
    found.out_of_reach = found.again ? "it is disabled: enable it and run this once more, or erase "
                                       "by hand what it has left"
                                     : "";
    return found;
}

}  // namespace verohook::admin
