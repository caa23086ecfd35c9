#include "admin/last_event.hpp"

#include <algorithm>

namespace verohook::admin {

namespace {

constexpr std::uint64_t step = 100;
/// Whoever has the secret could send test events alone; a start is not to wait for all of them.
constexpr std::uint64_t examined_max = 100'000;

}  // namespace

std::optional<LastEvent::Place> LastEvent::find() {
    const std::lock_guard lock(mutex_);
    const journal::Health health = journal_.health();
    const journal::Seq first = std::max(looked_at_, health.oldest == 0 ? 0 : health.oldest - 1);
    std::optional<Place> found;
    // The newest is nearly always an event; what comes before it is looked at in steps.
    std::uint64_t looked = 0;
    std::uint64_t size = 1;
    journal::Seq last = health.newest;
    for (; last > first && !found && looked < examined_max; size = step) {
        looked += size;
        const journal::Seq after = std::max(health.position_before(looked), first);
        if (!search(after, last, found)) {
            return newest_;
        }
        last = after;
    }
    if (!found && !newest_ && last > first) {
        const auto records = journal_.read(last, {.records_max = 1, .bytes_max = 1});
        if (records && !records->empty()) {
            found = Place{records->front()->seq, records->front()->received_at};
        }
    }
    looked_at_ = health.newest;
    if (found) {
        newest_ = found;
    }
    return newest_;
}

bool LastEvent::search(journal::Seq after, journal::Seq last, std::optional<Place>& found) {
    while (after < last) {
        const auto records = journal_.read(after, {.records_max = last - after});
        if (!records) {
            return false;
        }
        if (records->empty()) {
            return true;  // Retention has removed them.
        }
        for (const journal::RecordPtr& record : *records) {
            if (record->seq <= last && record->kind != journal::Kind::test) {
                found = Place{record->seq, record->received_at};
            }
        }
        after = records->back()->seq;
    }
    return true;
}

}  // namespace verohook::admin
