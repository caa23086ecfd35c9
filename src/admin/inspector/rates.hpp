#pragma once

#include "journal/journal.hpp"

#include <verohook/event/event.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <string>

namespace verohook::admin {

/// How many events of each type came in each step of the time that lies behind. Counted when
/// somebody looks, from where the last look ended; one thread.
class Rates {
public:
    /// The last `steps` of `step` seconds.
    Rates(std::chrono::seconds step, std::size_t steps) : step_(step), steps_(steps) {}

    /// Counts on for a fraction of a second. `complete` is false in the answer where more is to be
    /// counted.
    [[nodiscard]] Result<std::string> look(journal::Journal& journal, Timestamp now);

private:
    /// Vero's types, then `unrecognized`, then `malformed`.
    static constexpr std::size_t columns = std::variant_size_v<event::Event> + 1;
    using Row = std::array<std::uint32_t, columns>;

    void count(const journal::Record& record);
    [[nodiscard]] std::string to_json(bool complete) const;

    const std::chrono::seconds step_;
    const std::size_t steps_;
    std::deque<Row> rows_;
    std::chrono::seconds first_{0};  ///< When the first row begins, since 1970.
    journal::Seq position_ = 0;
};

}  // namespace verohook::admin
