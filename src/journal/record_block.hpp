#pragma once

#include "journal/journal.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// How records stand in one value of the file, a block: one after the other, then the offset at
/// which each ends, then their number. Each has a checksum of its own, over its seq too, so what
/// is damaged, or stands in a wrong place, is known as such and takes no neighbour with it.
/// Numbers are little-endian; offsets and sizes have 32 bits.
namespace verohook::journal {

/// Makes a block.
class BlockBuilder {
public:
    void add(const Record& record);
    /// One as it stands in another block, whether it is damaged or not.
    void add_stored(std::string_view bytes);
    [[nodiscard]] bool empty() const { return ends_.empty(); }
    /// Of the records that were added.
    [[nodiscard]] std::size_t bytes() const { return block_.size(); }
    /// The whole block. Nothing is to be added then but after `clear`.
    [[nodiscard]] std::string_view finish();
    /// Keeps its memory: one builder serves many blocks.
    void clear();

private:
    void end_record();

    std::string block_;
    std::vector<std::uint32_t> ends_;
};

/// Reads a block. What it was made of must outlive it.
class BlockView {
public:
    /// `expected`: how many records there should be, as is known from elsewhere.
    BlockView(Seq first, std::uint64_t expected, Timestamp received_at, std::string_view bytes);

    [[nodiscard]] Seq first() const { return first_; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool holds(Seq seq) const { return seq >= first_ && seq - first_ < size_; }
    /// Never null: one that cannot be believed is `Kind::damaged`, with nothing but its seq and
    /// the time of its block.
    [[nodiscard]] RecordPtr record(std::size_t index) const;
    /// As `BlockBuilder::add_stored` takes it.
    [[nodiscard]] std::string_view stored(std::size_t index) const;

private:
    [[nodiscard]] bool fits(std::uint64_t count) const;
    [[nodiscard]] std::size_t offsets_at() const;

    Seq first_;
    Timestamp received_at_;
    std::string_view bytes_;
    std::size_t size_ = 0;
    bool readable_ = false;
};

[[nodiscard]] Error damaged_record_error(Seq seq);

}  // namespace verohook::journal
