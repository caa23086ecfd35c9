#include "delivery/retry_letters.hpp"

#include "delivery/batch.hpp"

#include <algorithm>
#include <utility>

namespace verohook::delivery {

namespace {

class RetryLetters final : public Task {
public:
    explicit RetryLetters(std::set<journal::Seq> seqs) : wanted_(std::move(seqs)) {}

    [[nodiscard]] std::string_view what() const override { return "retry"; }
    [[nodiscard]] bool outlasts_failures() const override { return false; }

    [[nodiscard]] Step step(Workplace& place, TaskStatus& status) override {
        if (status.first == 0) {
            begin(place, status);
        }
        if (next_item_ < batch_.items().size()) {
            return place.journal().erasures() == erasures_
                       ? offer(place, status)
                       : Step::failed("somebody was erased meanwhile; what is left stays");
        }
        if (status.position >= status.last) {
            return end(status);
        }
        return read(place, status);
    }

private:
    void begin(Workplace& place, TaskStatus& status) const {
        status.first = wanted_.empty() ? 1 : std::max<journal::Seq>(*wanted_.begin(), 1);
        // What lies beyond the position, as where a target was restored from a backup, is about to
        // come by itself.
        const journal::Seq last = wanted_.empty() ? UINT64_MAX : *wanted_.rbegin();
        status.last = std::min(last, place.position());
        status.position = status.first - 1;
    }

    [[nodiscard]] Step end(TaskStatus& status) const {
        status.missing = wanted_.size() - std::min<std::size_t>(wanted_.size(), found_);
        return Step::done();
    }

    [[nodiscard]] Step read(Workplace& place, TaskStatus& status) {
        const DeliveryLimits& limits = place.settings().limits;
        erasures_ = place.journal().erasures();
        auto letters = place.journal().letters(
            status.sink, status.position,
            {.records_max = limits.batch_events_max, .bytes_max = limits.batch_bytes_max});
        if (!letters) {
            return Step::failed(letters.error().message);
        }
        if (letters->empty()) {
            status.position = status.last;
            return Step::again();
        }
        std::vector<journal::RecordPtr> records;
        for (journal::StoredLetter& letter : *letters) {
            status.position = letter.seq;
            if (letter.seq > status.last) {
                break;
            }
            if (!wanted_.empty() && !wanted_.contains(letter.seq)) {
                continue;
            }
            ++found_;
            if (letter.record) {
                records.push_back(std::move(letter.record));
            } else {
                ++status.rejected;  // Nothing to offer: retention was faster than the letter.
            }
        }
        next_item_ = 0;
        if (const auto filled = batch_.fill(std::move(records), place.settings()); !filled) {
            return Step::failed(filled.error().message);
        }
        for (std::size_t index = 0; index < batch_.record_count(); ++index) {
            status.filtered += batch_.fate(index) == Batch::Fate::filtered ? 1 : 0;
            status.rejected += batch_.defect(index).empty() ? 0 : 1;
        }
        return batch_.items().empty() ? Step::again() : offer(place, status);
    }

    [[nodiscard]] Step offer(Workplace& place, TaskStatus& status) {
        const auto items = batch_.items();
        const auto outcome = place.offer(items.subspan(next_item_));
        if (!outcome) {
            return Step::gone();
        }
        journal::LetterChange change;
        for (std::size_t taken = 0; taken < outcome->taken; ++taken) {
            change.removed.push_back(items[next_item_++].envelope.seq);
        }
        status.delivered += outcome->taken;
        if (outcome->verdict == sink::Verdict::reject) {
            ++status.rejected;
            change.kept.push_back({items[next_item_++].envelope.seq, outcome->reason, place.now()});
        }
        if (!change.kept.empty() || !change.removed.empty()) {
            const auto changed = place.journal().change_letters(status.sink, std::move(change));
            if (!changed) {
                return Step::failed("what was delivered stays among the dead letters too: " +
                                    changed.error().message);
            }
        }
        return outcome->verdict == sink::Verdict::retry ? Step::failed(outcome->reason)
                                                        : Step::again();
    }

    const std::set<journal::Seq> wanted_;
    Batch batch_;
    std::size_t next_item_ = 0;
    std::size_t found_ = 0;       ///< Of those wanted.
    std::uint64_t erasures_ = 0;  ///< The journal's, as the batch was read.
};

}  // namespace

std::unique_ptr<Task> make_retry(std::set<journal::Seq> seqs) {
    return std::make_unique<RetryLetters>(std::move(seqs));
}

}  // namespace verohook::delivery
