#pragma once

#include "customers/campaign.hpp"
#include "customers/customer.hpp"
#include "customers/event_row.hpp"

#include <verohook/base/result.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace verohook::customers {

/// Which events are wanted; what is empty wants all.
struct EventFilter {
    std::vector<std::string> types = {};
    std::vector<std::string> user_ids = {};  ///< Any of them.
    std::string email = {};                  ///< Without regard to case; or one of `user_ids`.
    std::string campaign = {};               ///< Id or name.
    std::optional<Timestamp> since = {};     ///< By arrival, inclusive.
    std::optional<Timestamp> until = {};     ///< By arrival, exclusive.
    std::uint64_t newest = 0;                ///< Only the newest so many; 0: all.
};

/// The tables of a target, for people. Reads while others write. One thread.
class Reader {
public:
    virtual ~Reader() = default;
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    /// Those with this id or address (addresses without regard to case), by number; `profile` has
    /// been read. Empty: nobody.
    [[nodiscard]] virtual Result<std::vector<Customer>> customers(std::string_view id_or_email) = 0;
    /// All, those that something happened to last first.
    [[nodiscard]] virtual Result<std::vector<Campaign>> campaigns() = 0;
    [[nodiscard]] virtual Result<std::uint64_t> count_events(const EventFilter& filter) = 0;
    /// In the order of `seq`. The row is good until `take` returns; false ends the reading.
    [[nodiscard]] virtual Result<void> each_event(
        const EventFilter& filter, const std::function<bool(const EventRow&)>& take) = 0;

protected:
    Reader() = default;
};

}  // namespace verohook::customers
