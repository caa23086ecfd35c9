#include "delivery/replay.hpp"

#include "delivery/batch.hpp"

#include <algorithm>
#include <utility>

namespace verohook::delivery {

namespace {

class Replay final : public Task {
public:
    Replay(Range range, Selection selection) : range_(range), selection_(std::move(selection)) {}

    [[nodiscard]] std::string_view what() const override { return "replay"; }
    [[nodiscard]] bool outlasts_failures() const override { return true; }

    [[nodiscard]] Step step(Workplace& place, TaskStatus& status) override {
        if (!rejected_.empty()) {
            // They are not lost, and not forgotten, while the journal takes nothing.
            const auto kept = place.journal().change_letters(status.sink, {rejected_, {}});
            if (!kept) {
                return Step::retry(kept.error().message);
            }
            rejected_.clear();
        }
        if (status.first == 0) {
            return begin(place, status);
        }
        if (next_item_ < batch_.items().size()) {
            // What was read before an erasure is read anew, as it may hold what was erased.
            return place.journal().erasures() == erasures_ ? offer(place, status)
                                                           : read(place, status);
        }
        status.position = std::max(status.position, batch_end_);
        return status.position < status.last ? read(place, status) : Step::done();
    }

private:
    [[nodiscard]] Step begin(Workplace& place, TaskStatus& status) const {
        const auto places = places_of(range_, place.journal());
        if (!places) {
            return Step::retry(places.error().message);
        }
        status.first = places->first;
        status.last = std::min(places->last, place.position());
        status.position = status.first - 1;
        return Step::again();
    }

    [[nodiscard]] Step read(Workplace& place, TaskStatus& status) {
        const DeliveryLimits& limits = place.settings().limits;
        erasures_ = place.journal().erasures();
        auto records = place.journal().read(
            status.position,
            {.records_max = limits.batch_events_max, .bytes_max = limits.batch_bytes_max});
        if (!records) {
            return Step::retry(records.error().message);
        }
        const auto beyond = std::find_if(records->begin(), records->end(), [&](const auto& record) {
            return record->seq > status.last;
        });
        records->erase(beyond, records->end());
        const std::size_t count = records->size();
        const journal::Seq end = count == 0 ? status.last : records->back()->seq;
        next_item_ = 0;
        const auto filled = batch_.fill(std::move(*records), place.settings(), selection_);
        if (!filled) {
            return Step::retry(filled.error().message);
        }
        batch_end_ = end;
        const journal::Health health = place.journal().health();
        status.missing += health.events_after(status.position) - health.events_after(end) - count;
        for (std::size_t index = 0; index < batch_.record_count(); ++index) {
            if (batch_.fate(index) == Batch::Fate::filtered) {
                ++status.filtered;
            } else if (const auto defect = batch_.defect(index); !defect.empty()) {
                reject(place, status, batch_.record(index).seq, std::string(defect));
            }
        }
        return batch_.items().empty() ? Step::again() : offer(place, status);
    }

    [[nodiscard]] Step offer(Workplace& place, TaskStatus& status) {
        const auto items = batch_.items();
        const auto outcome = place.offer(items.subspan(next_item_));
        if (!outcome) {
            return Step::gone();
        }
        next_item_ += outcome->taken;
        status.delivered += outcome->taken;
        if (outcome->verdict == sink::Verdict::reject) {
            reject(place, status, items[next_item_].envelope.seq, outcome->reason);
            ++next_item_;
        }
        if (next_item_ > 0) {
            status.position = std::max(status.position, items[next_item_ - 1].envelope.seq);
        }
        if (outcome->verdict == sink::Verdict::retry) {
            return {Step::Next::retry, outcome->reason, outcome->retry_after, outcome->taken > 0};
        }
        return Step::again();
    }

    void reject(Workplace& place, TaskStatus& status, journal::Seq seq, const std::string& reason) {
        ++status.rejected;
        rejected_.push_back({seq, reason, place.now()});
    }

    const Range range_;
    const Selection selection_;
    Batch batch_;
    std::size_t next_item_ = 0;
    journal::Seq batch_end_ = 0;
    std::uint64_t erasures_ = 0;                 ///< The journal's, as the batch was read.
    std::vector<journal::DeadLetter> rejected_;  ///< Not yet among the dead letters.
};

}  // namespace

std::unique_ptr<Task> make_replay(Range range, Selection selection) {
    return std::make_unique<Replay>(range, std::move(selection));
}

}  // namespace verohook::delivery
