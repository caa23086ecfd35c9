#pragma once

#include "sinks/lines.hpp"

#include <verohook/sink/sink.hpp>

#include <cstdint>
#include <string>

namespace verohook::sinks {

/// Writes lines to a descriptor that takes nothing back: a pipe, a terminal. Where a line was
/// written in part, the rest of it comes first the next time, so that no line is torn or repeated
/// while this object lives. One thread.
class StreamWriter {
public:
    /// `name` stands for the target in reasons ("standard output"). `descriptor` is not owned.
    StreamWriter(int descriptor, std::string name);

    /// One entry for each item: the outcome counts items.
    [[nodiscard]] sink::Outcome write(const Lines& lines);

private:
    [[nodiscard]] std::string reason(int error) const;

    int descriptor_;
    std::string name_;
    std::string tail_;            ///< What is missing of the line that was written in part.
    std::uint64_t tail_seq_ = 0;  ///< Whose line that is.
};

}  // namespace verohook::sinks
