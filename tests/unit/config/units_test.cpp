#include "config/units.hpp"

#include <gtest/gtest.h>

namespace verohook::config {
namespace {

TEST(Units, ReadsDurations) {
    struct Row {
        std::string_view text;
        std::optional<std::int64_t> milliseconds;
    };
    const Row rows[] = {
        {"0s", 0},
        {"250ms", 250},
        {"30s", 30'000},
        {"5m", 300'000},
        {"2h", 7'200'000},
        {"7d", 604'800'000},
        {"007s", 7'000},
        {"9223372036854775807ms", INT64_MAX},
        {"9223372036854775807s", std::nullopt},
        {"9223372036854775808ms", std::nullopt},
        {"", std::nullopt},
        {"s", std::nullopt},
        {"30", std::nullopt},
        {"30 s", std::nullopt},
        {" 30s", std::nullopt},
        {"30s ", std::nullopt},
        {"-30s", std::nullopt},
        {"-0s", std::nullopt},
        {"+30s", std::nullopt},
        {"1.5s", std::nullopt},
        {"30S", std::nullopt},
        {"30sec", std::nullopt},
        {"1h30m", std::nullopt},
        {"1w", std::nullopt},
    };
    for (const Row& row : rows) {
        SCOPED_TRACE(row.text);
        const auto read = parse_duration(row.text);
        ASSERT_EQ(read.has_value(), row.milliseconds.has_value());
        if (read) {
            EXPECT_EQ(read->count(), *row.milliseconds);
        }
    }
}

TEST(Units, ReadsSizes) {
    struct Row {
        std::string_view text;
        std::optional<std::int64_t> bytes;
    };
    const Row rows[] = {
        {"0B", 0},
        {"512B", 512},
        {"16KiB", 16'384},
        {"10MiB", 10'485'760},
        {"8589934591GiB", 8'589'934'591LL << 30U},
        {"8589934592GiB", std::nullopt},
        {"10", std::nullopt},
        {"10MB", std::nullopt},
        {"10mib", std::nullopt},
        {"10 MiB", std::nullopt},
        {"-1B", std::nullopt},
        {"1TiB", std::nullopt},
        {"MiB", std::nullopt},
    };
    for (const Row& row : rows) {
        SCOPED_TRACE(row.text);
        EXPECT_EQ(parse_size(row.text), row.bytes);
    }
}

TEST(Units, WritesTheShortestText) {
    const std::pair<std::int64_t, std::string_view> durations[] = {
        {0, "0s"},       {1, "1ms"},         {1'500, "1500ms"},   {75'000, "75s"},
        {60'000, "1m"},  {3'600'000, "1h"},  {86'400'000, "1d"},  {90'000'000, "25h"},
        {61'000, "61s"}, {5'400'000, "90m"}, {604'800'000, "7d"},
    };
    for (const auto& [milliseconds, text] : durations) {
        EXPECT_EQ(format_duration(std::chrono::milliseconds(milliseconds)), text);
        EXPECT_EQ(parse_duration(text)->count(), milliseconds);
    }
    const std::pair<std::int64_t, std::string_view> sizes[] = {
        {0, "0B"}, {1'000, "1000B"}, {1'024, "1KiB"}, {1'536, "1536B"}, {10LL << 30U, "10GiB"}};
    for (const auto& [bytes, text] : sizes) {
        EXPECT_EQ(format_size(bytes), text);
        EXPECT_EQ(parse_size(text), bytes);
    }
}

}  // namespace
}  // namespace verohook::config
