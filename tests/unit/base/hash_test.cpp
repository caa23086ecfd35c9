#include "base/hash.hpp"

#include <gtest/gtest.h>

namespace verohook {
namespace {

// Published test value of XXH3-128 with seed 0 for no input (xxHash's own specification).
TEST(Hash, IsXxh3) {
    EXPECT_EQ(to_hex(hash128("")), "99aa06d3014798d86001c324468d497f");
    EXPECT_EQ(hash64(""), 0x2D06800538D394C2U);
}

TEST(Hash, DependsOnTheSeed) {
    EXPECT_EQ(hash128("a body", 7), hash128("a body", 7));
    EXPECT_NE(hash128("a body", 7), hash128("a body", 8));
}

// Published first numbers of SplitMix64 that starts at 0 (Vigna's own test values).
TEST(Hash, MixIsSplitMix64) {
    EXPECT_EQ(mix64(0), 0xE220A8397B1DCDAFU);
    EXPECT_EQ(mix64(0x9E3779B97F4A7C15U), 0x6E789E6AA1B965F4U);
}

}  // namespace
}  // namespace verohook
