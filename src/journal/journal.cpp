#include "journal/journal.hpp"

#include <algorithm>

namespace verohook::journal {

std::uint64_t Health::events_after(Seq position) const {
    std::uint64_t count = newest > position ? newest - position : 0;
    for (const SeqRange& range : unused) {
        const Seq first = std::max(range.first, position + 1);
        const Seq last = std::min(range.last, newest);
        count -= first <= last ? last - first + 1 : 0;
    }
    return count;
}

Seq Health::position_before(std::uint64_t events) const {
    Seq position = newest > events ? newest - events : 0;
    for (auto range = unused.rbegin(); range != unused.rend(); ++range) {
        if (range->first <= newest && range->last > position) {
            const std::uint64_t count = range->last - range->first + 1;
            position = position > count ? position - count : 0;
        }
    }
    return position;
}

}  // namespace verohook::journal
