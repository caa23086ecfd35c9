#include "journal/record_block.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace verohook::journal {
namespace {

constexpr Seq first = 41;
const Timestamp block_time{std::chrono::seconds(1'700'000'000)};

Record record_of(Seq seq, std::string body) {
    Record record;
    record.seq = seq;
    record.id = {seq * 3, ~seq};
    record.kind = static_cast<Kind>(seq % 3);
    record.type = std::string("type").substr(0, seq % 5);
    record.received_at = block_time + std::chrono::microseconds(seq);
    if (seq % 2 == 0) {
        record.occurred_at = block_time - std::chrono::hours(seq);
        record.duplicate_of = seq - 1;
    }
    record.remote = "192.0.2." + std::to_string(seq);
    record.request_id = std::string(seq % 4, 'r');
    record.headers = "user-agent: Vero\n";
    record.body = std::move(body);
    record.erased = seq == first + 3;
    return record;
}

std::vector<Record> some_records() {
    using namespace std::string_literals;
    return {record_of(first, "one"), record_of(first + 1, ""), record_of(first + 2, "\0\xff{"s),
            record_of(first + 3, std::string(300, '.')), record_of(first + 4, "five")};
}

std::string block_of(const std::vector<Record>& records) {
    BlockBuilder builder;
    for (const Record& record : records) {
        builder.add(record);
    }
    return std::string(builder.finish());
}

bool equal(const Record& left, const Record& right) {
    return left.seq == right.seq && left.id == right.id && left.kind == right.kind &&
           left.type == right.type && left.received_at == right.received_at &&
           left.occurred_at == right.occurred_at && left.duplicate_of == right.duplicate_of &&
           left.remote == right.remote && left.request_id == right.request_id &&
           left.headers == right.headers && left.body == right.body && left.erased == right.erased;
}

TEST(RecordBlock, ComesBackAsItWas) {
    const std::vector<Record> records = some_records();
    const std::string bytes = block_of(records);
    const BlockView block(first, records.size(), block_time, bytes);
    ASSERT_EQ(block.size(), records.size());
    for (std::size_t index = 0; index < records.size(); ++index) {
        EXPECT_TRUE(equal(*block.record(index), records[index])) << index;
    }
    EXPECT_FALSE(block.holds(first - 1));
    EXPECT_TRUE(block.holds(first + 4));
    EXPECT_FALSE(block.holds(first + 5));
}

TEST(RecordBlock, AFlippedBitHarmsItsRecordAndAtMostANeighbour) {
    const std::vector<Record> records = some_records();
    const std::string intact = block_of(records);
    for (std::size_t bit = 0; bit < intact.size() * 8; ++bit) {
        std::string bytes = intact;
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
        const BlockView block(first, records.size(), block_time, bytes);
        ASSERT_EQ(block.size(), records.size()) << bit;
        std::size_t damaged = 0;
        for (std::size_t index = 0; index < records.size(); ++index) {
            const RecordPtr record = block.record(index);
            ASSERT_EQ(record->seq, first + index) << bit;
            if (record->kind == Kind::damaged) {
                EXPECT_EQ(record->received_at, block_time);
                EXPECT_EQ(record->body, "");
                ++damaged;
            } else {
                ASSERT_TRUE(equal(*record, records[index])) << bit << " of record " << index;
            }
        }
        // An offset belongs to two records, the number of records to none.
        EXPECT_LE(damaged, 2U) << bit;
        const bool is_number = bit / 8 >= intact.size() - 4;
        EXPECT_EQ(damaged == 0, is_number) << bit;
    }
}

TEST(RecordBlock, AWrongNumberElsewhereIsHarmless) {
    const std::vector<Record> records = some_records();
    const std::string bytes = block_of(records);
    for (const std::uint64_t expected : {0UL, 1UL, 4UL, 6UL, 1'000'000UL, ~0UL}) {
        const BlockView block(first, expected, block_time, bytes);
        ASSERT_EQ(block.size(), records.size()) << expected;
        EXPECT_TRUE(equal(*block.record(4), records[4])) << expected;
    }
}

TEST(RecordBlock, InAWrongPlaceNothingIsBelieved) {
    const std::string bytes = block_of(some_records());
    const BlockView block(first + 1, 5, block_time, bytes);
    for (std::size_t index = 0; index < block.size(); ++index) {
        EXPECT_EQ(block.record(index)->kind, Kind::damaged);
    }
}

TEST(RecordBlock, WhatIsNoBlockIsDamagedAndBounded) {
    for (const std::string& bytes :
         {std::string(), std::string("x"), std::string(4, '\0'), std::string(4, '\xff'),
          std::string(1000, '\xff'), std::string(1000, '\0'),
          block_of(some_records()).substr(0, 400)}) {
        for (const std::uint64_t expected : {0UL, 1UL, 5UL, ~0UL}) {
            const BlockView block(first, expected, block_time, bytes);
            EXPECT_GE(block.size(), 1U);
            EXPECT_LE(block.size(), 15U);
            for (std::size_t index = 0; index < block.size(); ++index) {
                EXPECT_EQ(block.record(index)->kind, Kind::damaged);
            }
        }
    }
}

TEST(RecordBlock, WhatIsStoredMovesToAnotherBlock) {
    const std::vector<Record> records = some_records();
    std::string bytes = block_of(records);
    bytes[bytes.find("five")] ^= 1;
    const BlockView block(first, records.size(), block_time, bytes);
    BlockBuilder builder;
    for (std::size_t index = 0; index < block.size(); ++index) {
        builder.add_stored(block.stored(index));
    }
    EXPECT_EQ(builder.finish(), bytes);
    builder.clear();
    EXPECT_TRUE(builder.empty());
    builder.add_stored({});
    builder.add(records[1]);
    const BlockView other(first, 2, block_time, builder.finish());
    EXPECT_EQ(other.record(0)->kind, Kind::damaged);
    EXPECT_TRUE(equal(*other.record(1), records[1]));
}

}  // namespace
}  // namespace verohook::journal
