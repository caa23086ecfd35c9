#include "journal/writer.hpp"

#include <utility>

// What the writer does for those who erase.
namespace verohook::journal {

Erasures::RequestPtr Writer::next_erasure(bool closed) {
    using Step = Erasures::Step;
    Erasures::RequestPtr request = parts_.erasures.take();
    if (request && request->step == Step::fill) {
        // Whoever fills free pages clears all of them afterwards.
        filler_left_ = false;
    } else if (!request && filler_left_ && !closed) {
        request = std::make_shared<Erasures::Request>(Erasures::Request{.step = Step::clear});
    }
    return request;
}

Result<void> Writer::erase() {
    erased_ = {};
    if (!erasing_) {
        return {};
    }
    using Step = Erasures::Step;
    if (const auto set = store_->set_overwriting(Store::Overwriting::all); !set) {
        return set.error();
    }
    Result<std::uint64_t> outcome = std::uint64_t{0};
    if (erasing_->step == Step::fill) {
        outcome = store_->fill_free_pages();
    } else if (erasing_->step == Step::clear) {
        outcome = store_->clear_filler();
    } else if (erasing_->step == Step::report) {
        outcome = store_->add_report(erasing_->report);
    } else if (erasing_->step == Step::unfinished) {
        outcome = store_->replace_unfinished(erasing_->removed, erasing_->names);
    }
    for (const Erasure& erasure : erasing_->erasures) {
        Result<RecordPtr> erased = store_->erase(erasure);
        if (!erased) {
            return erased.error();
        }
        if (*erased) {
            outcome = *outcome + 1;
            if (erasure.letter_of.empty()) {
                erased_.records.push_back(std::move(*erased));
            }
        }
    }
    if (!outcome) {
        return outcome.error();
    }
    erased_.outcome = *outcome;
    if (erasing_->step == Step::clear) {
        filler_left_ = filler_left_ && *outcome > 0;
    }
    return {};
}

void Writer::answer_erasure() {
    if (!erasing_) {
        return;
    }
    // What cannot be set now is set when the file is opened the next time; it only costs writes.
    [[maybe_unused]] const auto ignored = store_->set_overwriting(Store::Overwriting::in_pages);
    // Before anybody is told: whoever reads from now on must not find it in memory.
    parts_.recent.replace(erased_.records);
    const Erasures::RequestPtr request = std::exchange(erasing_, nullptr);
    parts_.erasures.answer(request, request->step == Erasures::Step::empty_log
                                        ? empty_log()
                                        : Result<std::uint64_t>(erased_.outcome));
    erased_ = {};
}

Result<std::uint64_t> Writer::empty_log() {
    const auto frames_max =
        static_cast<std::uint32_t>(settings_.checkpoint_bytes / store_->page_bytes());
    if (!parts_.checkpointer.try_settle(frames_max)) {
        return std::uint64_t{1};
    }
    const auto copied = store_->checkpoint();
    Result<void> emptied;
    if (copied && copied->backfilled == copied->frames) {
        const ReaderPool::Hold hold(parts_.readers);
        emptied = store_->empty_log();
    } else {
        emptied = copied ? Error{ErrorCode::unavailable, "another process reads the file"}
                         : copied.error();
    }
    parts_.checkpointer.settled(copied);
    parts_.checkpointer.tell(store_->wal_frames());
    return emptied ? Result<std::uint64_t>(std::uint64_t{0}) : emptied.error();
}

}  // namespace verohook::journal
