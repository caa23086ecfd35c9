#include "journal/block_inserter.hpp"

#include "journal/record_size.hpp"

#include <utility>

namespace verohook::journal {

namespace {

// Whoever reads one record reads its block, so a block is no larger than this; but a record that
// is larger is a block by itself.
constexpr std::size_t block_bytes_max = std::size_t{64} * 1024;

}  // namespace

Result<void> BlockInserter::prepare(sqlite::Database& database) {
    Result<sqlite::Statement> insert = database.prepare(
        "INSERT INTO block(first, last, received_at, bytes, bytes_before, records)"
        " VALUES(?, ?, ?, ?, ?, ?)");
    if (!insert) {
        return insert.error();
    }
    insert_ = std::move(*insert);
    return {};
}

Result<void> BlockInserter::add(const Record& record, Size size) {
    if (const auto done = make_room(record.seq, text_bytes(record), size.bytes_before); !done) {
        return done.error();
    }
    block_.add(record);
    added(record.seq, record.received_at, size.bytes);
    return {};
}

Result<void> BlockInserter::add_damaged(Seq seq, Timestamp received_at, Size size) {
    if (const auto done = make_room(seq, 0, size.bytes_before); !done) {
        return done.error();
    }
    block_.add_stored({});
    added(seq, received_at, size.bytes);
    return {};
}

Result<void> BlockInserter::make_room(Seq seq, std::size_t bytes, std::uint64_t bytes_before) {
    const bool fits = block_.bytes() + bytes <= block_bytes_max && seq == last_ + 1;
    if (!block_.empty() && !fits) {
        if (const auto done = finish(); !done) {
            return done.error();
        }
    }
    if (block_.empty()) {
        first_ = seq;
        bytes_ = 0;
        bytes_before_ = bytes_before;
    }
    return {};
}

void BlockInserter::added(Seq seq, Timestamp received_at, std::uint64_t bytes) {
    last_ = seq;
    received_at_ = received_at;
    bytes_ += bytes;
}

Result<void> BlockInserter::finish() {
    if (block_.empty()) {
        return {};
    }
    insert_.bind(1, first_);
    insert_.bind(2, last_);
    insert_.bind(3, std::int64_t{received_at_.time_since_epoch().count()});
    insert_.bind(4, bytes_);
    insert_.bind(5, bytes_before_);
    insert_.bind_blob(6, block_.finish());
    Result<void> done = insert_.run();
    block_.clear();
    return done;
}

}  // namespace verohook::journal
