#include "delivery/backoff.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace verohook::delivery {
namespace {

using std::chrono::milliseconds;

struct Case {
    const char* name;
    double drawn;
    std::optional<milliseconds> retry_after;
    std::vector<int> expected_ms;
};

TEST(Backoff, DoublesItsBoundAndDrawsBelowIt) {
    const std::vector<Case> cases{
        {"nearly all of the bound", 0.999, {}, {99, 199, 399, 799, 999, 999}},
        {"half of the bound", 0.5, {}, {50, 100, 200, 400, 500, 500}},
        {"never nothing at all", 0.0, {}, {1, 1, 1, 1, 1, 1}},
        {"the target asks for more", 0.5, milliseconds{300}, {300, 300, 300, 400, 500, 500}},
        {"the target asks for too much", 0.5, milliseconds{1'000'000}, {10'000, 10'000}},
        {"the target asks for nonsense", 0.5, milliseconds{-5}, {50, 100}},
    };
    for (const Case& each : cases) {
        SCOPED_TRACE(each.name);
        Backoff backoff(milliseconds{100}, milliseconds{1000}, [&] { return each.drawn; });
        for (const int expected : each.expected_ms) {
            EXPECT_EQ(backoff.next(each.retry_after).count(), expected);
        }
    }
}

TEST(Backoff, StartsAnewAfterSuccess) {
    Backoff backoff(milliseconds{100}, milliseconds{1000}, [] { return 0.5; });
    EXPECT_EQ(backoff.next().count(), 50);
    EXPECT_EQ(backoff.next().count(), 100);
    backoff.reset();
    EXPECT_EQ(backoff.next().count(), 50);
}

TEST(Backoff, DrawsByItselfWithinItsBounds) {
    Backoff backoff(milliseconds{10}, milliseconds{40});
    for (int round = 0; round < 1000; ++round) {
        const auto wait = backoff.next();
        EXPECT_GE(wait.count(), 1);
        EXPECT_LE(wait.count(), 40);
    }
}

TEST(Backoff, MakesSenseOfBoundsThatMakeNone) {
    Backoff backoff(milliseconds{0}, milliseconds{-1}, [] { return 0.9; });
    EXPECT_EQ(backoff.next().count(), 1);
    EXPECT_EQ(backoff.next().count(), 1);
}

}  // namespace
}  // namespace verohook::delivery
