#include "admin/last_event.hpp"

namespace verohook::admin {

namespace {

constexpr journal::Seq step = 100;
/// Whoever has the secret could send test events alone; a start is not to wait for all of them.
constexpr journal::Seq examined_max = 100'000;

}  // namespace

std::optional<LastEvent::Place> LastEvent::find() {
    const std::lock_guard lock(mutex_);
    const journal::Seq newest = journal_.newest();
    std::optional<Place> found;
    // The newest is nearly always an event; what comes before it is looked at in steps.
    journal::Seq size = 1;
    for (journal::Seq last = newest; last > looked_at_ && !found; size = step) {
        const journal::Seq after = last - looked_at_ > size ? last - size : looked_at_;
        if (!search(after, last, found)) {
            return newest_;
        }
        last = after;
        if (!found && newest - last >= examined_max) {
            const auto records = journal_.read(last, {.records_max = 1, .bytes_max = 1});
            if (records && !records->empty()) {
                found = Place{records->front()->seq, records->front()->received_at};
            }
        }
    }
    looked_at_ = newest;
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
