#include "journal/journal.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace verohook::journal {
namespace {

TEST(Numbering, NumbersThatWereLeftOutAreNoEvents) {
    Health health;
    EXPECT_EQ(health.events_after(0), 0U);
    EXPECT_EQ(health.events(), 0U);
    health.oldest = 3;
    health.newest = 2005;
    health.unused = {{11, 1000}, {1006, 2000}, {2011, 3000}};
    const struct {
        Seq position;
        std::uint64_t events;
    } rows[] = {{2, 18},   {3, 17},   {10, 10},  {11, 10},  {999, 10}, {1000, 10}, {1001, 9},
                {1005, 5}, {1500, 5}, {2000, 5}, {2004, 1}, {2005, 0}, {2500, 0},  {9999, 0}};
    for (const auto& row : rows) {
        EXPECT_EQ(health.events_after(row.position), row.events) << row.position;
    }
    EXPECT_EQ(health.events(), 18U);
    for (const std::uint64_t events : {1U, 5U, 6U, 10U, 11U, 18U}) {
        EXPECT_EQ(health.events_after(health.position_before(events)), events);
    }
    EXPECT_EQ(health.position_before(20), 0U);
    EXPECT_EQ(health.position_before(100'000), 0U);
}

}  // namespace
}  // namespace verohook::journal
