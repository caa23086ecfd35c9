#include <verohook/base/time.hpp>

#include <gtest/gtest.h>

namespace verohook {
namespace {

using namespace std::chrono_literals;

TEST(Time, FormatsRfc3339) {
    const Timestamp at{std::chrono::seconds{1435016238} + 42us};
    EXPECT_EQ(format_seconds(at), "2015-06-22T23:37:18Z");
    EXPECT_EQ(format_micros(at), "2015-06-22T23:37:18.000042Z");
    EXPECT_EQ(format_seconds(Timestamp{std::chrono::seconds{253402300799}}),
              "9999-12-31T23:59:59Z");
    EXPECT_EQ(format_seconds(Timestamp{1s}), "1970-01-01T00:00:01Z");
}

TEST(Time, ReadsRfc3339) {
    struct Row {
        const char* input;
        std::int64_t micros;
    };
    const Row rows[] = {
        {"2015-06-22T23:37:18Z", 1435016238'000000},
        {"2015-06-22t23:37:18z", 1435016238'000000},
        {"2015-06-22 23:37:18Z", 1435016238'000000},
        {"2015-06-22T23:37:18.5Z", 1435016238'500000},
        {"2015-06-22T23:37:18.0000429Z", 1435016238'000042},
        {"2015-06-23T01:37:18+02:00", 1435016238'000000},
        {"2015-06-22T20:07:18-03:30", 1435016238'000000},
        {"2015-06-22", 1434931200'000000},
    };
    for (const Row& row : rows) {
        const auto read = parse_rfc3339(row.input);
        ASSERT_TRUE(read.has_value()) << row.input;
        EXPECT_EQ(read->time_since_epoch().count(), row.micros) << row.input;
    }
}

TEST(Time, RefusesWhatIsNoTime) {
    for (const char* input :
         {"", "2015", "2015-13-01", "2015-02-30", "2015-06-22T", "2015-06-22T24:00:00Z",
          "2015-06-22T23:60:00Z", "2015-06-22T23:37:18", "2015-06-22T23:37:18.Z",
          "2015-06-22T23:37:18Zx", "2015-06-22T23:37:18+25:00", "yesterday"}) {
        EXPECT_FALSE(parse_rfc3339(input).has_value()) << input;
    }
}

TEST(Time, RoundTripsEveryFormat) {
    const Timestamp at{1763942261'123456us};
    EXPECT_EQ(parse_rfc3339(format_micros(at)), at);
}

}  // namespace
}  // namespace verohook
