#pragma once

#include "journal/journal.hpp"

#include <deque>
#include <mutex>
#include <optional>
#include <vector>

namespace verohook::journal {

/// The newest records, for sinks that keep up. Any thread.
class Recent {
public:
    explicit Recent(std::size_t bytes_max) : bytes_max_(bytes_max) {}
    /// From the next records on.
    void set_limit(std::size_t bytes_max);

    /// Adds records in the order of `seq`, and drops the oldest beyond the bound.
    void add(const std::vector<RecordPtr>& records);
    /// Puts records in the place of those of the same `seq`, where these are here.
    void replace(const std::vector<RecordPtr>& records);
    /// Records after `after`; nothing where some of these are not here any more.
    [[nodiscard]] std::optional<std::vector<RecordPtr>> read(Seq after, ReadLimit limit) const;

private:
    mutable std::mutex mutex_;
    std::size_t bytes_max_;
    std::deque<RecordPtr> records_;  ///< Without gaps.
    std::size_t bytes_ = 0;
};

}  // namespace verohook::journal
