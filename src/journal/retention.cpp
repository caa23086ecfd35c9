#include "journal/retention.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <chrono>

namespace verohook::journal {

namespace {

// Bounds for one commit: those who wait for it should not notice.
constexpr std::size_t removed_idle_max = 256;
constexpr std::size_t removed_extra = 16;
constexpr std::chrono::milliseconds time_max{2};
// How often the pages in use are counted while rows are removed.
constexpr std::size_t count_every = 16;

}  // namespace

Retention::Retention(const JournalLimits& limits, const Clock& clock)
    : limits_(limits), clock_(clock) {}

Result<void> Retention::load(Store& store) {
    const Result<Store::Place> oldest = store.first_after(0);
    if (!oldest) {
        return oldest.error();
    }
    oldest_ = *oldest;
    held_back_ = false;
    return count(store);
}

bool Retention::expired() const {
    return limits_.retention_age_max.count() != 0 &&
           oldest_.received_at < clock_.now() - limits_.retention_age_max;
}

bool Retention::due() const {
    return oldest_.seq != 0 && !held_back_ && (oversized() || expired());
}

Result<void> Retention::step(Store& store, const Cursors::Pending& pending, Seq newest,
                             std::size_t appended) {
    const auto deadline = std::chrono::steady_clock::now() + time_max;
    const std::size_t removed_max = appended == 0 ? removed_idle_max : 2 * appended + removed_extra;
    held_back_ = false;
    if (const auto counted = count(store); !counted) {
        return counted.error();
    }
    if (oldest_.seq == 0) {
        const Result<Store::Place> oldest = store.first_after(0);
        if (!oldest) {
            return oldest.error();
        }
        oldest_ = *oldest;
    }
    for (std::size_t removed = 0; oldest_.seq != 0 && (oversized() || expired()); ++removed) {
        if (oldest_.seq >= newest || oldest_.seq > pending.floor) {
            held_back_ = true;
            break;
        }
        if (removed == removed_max || std::chrono::steady_clock::now() > deadline) {
            break;
        }
        if (const auto done = store.remove(oldest_.seq); !done) {
            return done.error();
        }
        const Result<Store::Place> next = store.first_after(oldest_.seq);
        if (!next) {
            return next.error();
        }
        oldest_ = *next;
        if (removed % count_every == count_every - 1) {
            if (const auto counted = count(store); !counted) {
                return counted.error();
            }
        }
    }
    full_.reset();
    if (held_back_ && oversized()) {
        full_ = full_error(pending, newest);
    }
    return {};
}

Result<void> Retention::count(Store& store) {
    const Result<std::uint64_t> used = store.used_bytes();
    if (!used) {
        return used.error();
    }
    used_bytes_ = *used;
    return {};
}

Error Retention::full_error(const Cursors::Pending& pending, Seq newest) const {
    std::string message = "the journal has reached its size limit (" + with_thousands(used_bytes_) +
                          " of " + with_thousands(limits_.retention_bytes_max) + " bytes)";
    if (oldest_.seq > pending.floor && !pending.floor_sink.empty()) {
        message += ", and nothing may be removed: sink '" + pending.floor_sink +
                   "' has delivered " + with_thousands(pending.floor) + " of " +
                   with_thousands(newest) + " events; repair or disable it, or raise the limit";
    } else {
        message += ", and only the newest event is left; raise the limit";
    }
    return {ErrorCode::full, message};
}

}  // namespace verohook::journal
