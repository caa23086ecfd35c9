#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace verohook::sinks {

/// A batch's text in one buffer, so that it takes one system call; one entry for each item of the
/// batch, which may be empty. One thread.
class Lines {
public:
    void clear();
    /// Appends to the entry that is under way.
    void append(std::string_view text) { bytes_ += text; }
    /// Ends the entry of the event `seq`.
    void end(std::uint64_t seq);

    [[nodiscard]] std::string_view bytes() const { return bytes_; }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    [[nodiscard]] std::uint64_t seq(std::size_t index) const { return entries_[index].seq; }
    /// Where an entry begins in `bytes`; that of `size()` is where the last one ends.
    [[nodiscard]] std::size_t begin(std::size_t index) const {
        return index == 0 ? 0 : entries_[index - 1].end;
    }

private:
    struct Entry {
        std::uint64_t seq = 0;
        std::size_t end = 0;
    };
    std::string bytes_;
    std::vector<Entry> entries_;
};

}  // namespace verohook::sinks
