#include "journal/retention.hpp"

#include "base/text.hpp"
#include "journal/record_size.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace verohook::journal {

namespace {

// Bounds for one commit: those who wait for it should not notice.
constexpr std::size_t removed_idle_max = 256;
constexpr std::size_t removed_extra = 16;
constexpr std::chrono::milliseconds time_max{2};

}  // namespace

Retention::Retention(const JournalLimits& limits, const Clock& clock)
    : limits_(limits), clock_(clock) {}

Result<void> Retention::load(Store& store) {
    const Result<Store::Place> oldest = store.oldest();
    if (!oldest) {
        return oldest.error();
    }
    const Result<std::uint64_t> bytes_ever = store.bytes_ever();
    if (!bytes_ever) {
        return bytes_ever.error();
    }
    oldest_ = *oldest;
    bytes_ever_ = *bytes_ever;
    held_back_ = false;
    return {};
}

std::uint64_t Retention::add(const std::vector<RecordPtr>& records) {
    const std::uint64_t bytes_before = bytes_ever_;
    for (const RecordPtr& record : records) {
        bytes_ever_ += record_bytes(*record);
    }
    return bytes_before;
}

std::uint64_t Retention::used_bytes() const {
    // Where the columns are damaged, the limit must not become a reason to remove.
    return oldest_.first == 0 || bytes_ever_ < oldest_.bytes_before
               ? 0
               : bytes_ever_ - oldest_.bytes_before;
}

bool Retention::expired() const {
    return limits_.retention_age_max.count() != 0 &&
           oldest_.received_at < clock_.now() - limits_.retention_age_max;
}

bool Retention::due() const {
    return oldest_.first != 0 && !held_back_ && (oversized() || expired());
}

Result<void> Retention::step(Store& store, const Cursors::Pending& pending, Seq newest,
                             std::size_t appended) {
    const auto deadline = std::chrono::steady_clock::now() + time_max;
    const std::size_t removed_max = appended == 0 ? removed_idle_max : 2 * appended + removed_extra;
    held_back_ = false;
    if (oldest_.first == 0) {
        const Result<Store::Place> oldest = store.oldest();
        if (!oldest) {
            return oldest.error();
        }
        oldest_ = *oldest;
    }
    std::size_t removed = 0;
    while (oldest_.first != 0 && (oversized() || expired())) {
        if (oldest_.last >= newest || oldest_.last > pending.floor) {
            held_back_ = true;
            break;
        }
        if (removed >= removed_max || std::chrono::steady_clock::now() > deadline) {
            break;
        }
        if (const auto done = store.remove(oldest_.first); !done) {
            return done.error();
        }
        removed += oldest_.last - oldest_.first + 1;
        const Result<Store::Place> next = store.oldest();
        if (!next) {
            return next.error();
        }
        oldest_ = *next;
    }
    full_.reset();
    // The newest alone is no reason to refuse, however large it is.
    if (held_back_ && oversized() && oldest_.last > pending.floor) {
        full_ = full_error(pending, newest);
    }
    return {};
}

Error Retention::full_error(const Cursors::Pending& pending, Seq newest) const {
    return {ErrorCode::full,
            "the journal has reached its size limit (" + with_thousands(used_bytes()) + " of " +
                with_thousands(limits_.retention_bytes_max) +
                " bytes), and nothing may be removed: sink '" + pending.floor_sink +
                "' has delivered " + with_thousands(pending.floor) + " of " +
                with_thousands(newest) + " events; repair or disable it, or raise the limit"};
}

}  // namespace verohook::journal
