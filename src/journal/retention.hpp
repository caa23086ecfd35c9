#pragma once

#include "base/limits.hpp"
#include "journal/cursors.hpp"
#include "journal/store.hpp"

#include <verohook/base/time.hpp>

#include <optional>
#include <string>

namespace verohook::journal {

/// Removes the oldest records beyond the bounds of age and size, a few with each commit. The newest
/// record stays, so that the next `seq` is always known, and so does what an open sink has not
/// delivered. One thread.
class Retention {
public:
    Retention(const JournalLimits& limits, const Clock& clock);

    void set_limits(const JournalLimits& limits) { limits_ = limits; }
    /// Learns what the store holds. At the start and after a recovery.
    [[nodiscard]] Result<void> load(Store& store);
    /// Whether there is something to remove, as far as is known without looking.
    [[nodiscard]] bool due() const;

    /// Records that are to be inserted; how many bytes came before them.
    [[nodiscard]] std::uint64_t add(const std::vector<RecordPtr>& records);

    /// Removes within the transaction under way, which leaves `newest` as the newest record.
    [[nodiscard]] Result<void> step(Store& store, const Cursors::Pending& pending, Seq newest,
                                    std::size_t appended);
    [[nodiscard]] Seq oldest() const { return oldest_.first; }
    /// Of the records that there are.
    [[nodiscard]] std::uint64_t used_bytes() const;
    /// Why nothing more can be taken; nothing while there is room.
    [[nodiscard]] const std::optional<Error>& full() const { return full_; }

private:
    [[nodiscard]] bool expired() const;
    [[nodiscard]] bool oversized() const { return used_bytes() > limits_.retention_bytes_max; }
    [[nodiscard]] Error full_error(const Cursors::Pending& pending, Seq newest) const;

    JournalLimits limits_;
    const Clock& clock_;
    Store::Place oldest_;
    std::uint64_t bytes_ever_ = 0;  ///< Of all records that there have ever been.
    bool held_back_ = false;  ///< The last step stopped at a sink's position or at the newest.
    std::optional<Error> full_;
};

}  // namespace verohook::journal
