#include "sinks/stream_writer.hpp"

#include "base/posix.hpp"
#include "base/text.hpp"

#include <cerrno>
#include <utility>

namespace verohook::sinks {

StreamWriter::StreamWriter(int descriptor, std::string name)
    : descriptor_(descriptor), name_(std::move(name)) {}

sink::Outcome StreamWriter::write(const Lines& lines) {
    std::size_t first = 0;
    if (!tail_.empty()) {
        const Written written = write_fully(descriptor_, tail_);
        tail_.erase(0, written.bytes);
        if (written.error != 0) {
            return sink::Outcome::retry(0, reason(written.error));
        }
        // The event of the torn line is offered again, as it was not taken; it is complete now.
        first = lines.size() > 0 && lines.seq(0) == tail_seq_ ? 1 : 0;
    }
    const std::string_view bytes = lines.bytes();
    const std::size_t begin = lines.begin(first);
    const Written written = write_fully(descriptor_, bytes.substr(begin));
    if (written.error == 0) {
        return sink::Outcome::all(lines.size());
    }
    const std::size_t end = begin + written.bytes;
    std::size_t taken = first;
    while (taken < lines.size() && lines.begin(taken + 1) <= end) {
        ++taken;
    }
    if (lines.begin(taken) < end) {
        tail_ = bytes.substr(end, lines.begin(taken + 1) - end);
        tail_seq_ = lines.seq(taken);
    }
    return sink::Outcome::retry(taken, reason(written.error));
}

std::string StreamWriter::reason(int error) const {
    if (error == EPIPE || error == EBADF) {
        return name_ + " is closed";
    }
    return "cannot write to " + name_ + ": " + system_words(error);
}

}  // namespace verohook::sinks
