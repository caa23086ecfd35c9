#include "base/histogram.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace verohook {
namespace {

using testing::ElementsAre;

constexpr std::array<std::uint64_t, 3> bounds{1, 10, 100};

TEST(Histogram, PutsAValueAtOrBelowItsBound) {
    Histogram histogram(bounds);
    for (const std::uint64_t value : {0U, 1U, 2U, 10U, 11U, 100U, 101U, 5000U}) {
        histogram.add(value);
    }
    const Distribution found = histogram.distribution();
    EXPECT_THAT(found.counts, ElementsAre(2, 2, 2, 2));
    EXPECT_EQ(found.sum, 5225U);
    EXPECT_EQ(found.count(), 8U);
}

TEST(Histogram, CountsATimeThatWentBackAsNone) {
    Histogram histogram(bounds);
    histogram.add(std::chrono::microseconds(-5));
    EXPECT_THAT(histogram.distribution().counts, ElementsAre(1, 0, 0, 0));
    EXPECT_EQ(histogram.distribution().sum, 0U);
}

TEST(Histogram, SumsSeveral) {
    Histogram first(bounds);
    Histogram second(bounds);
    first.add(std::uint64_t{1});
    second.add(std::uint64_t{50});
    second.add(std::uint64_t{500});
    Distribution all;
    all += first.distribution();
    all += second.distribution();
    EXPECT_THAT(all.counts, ElementsAre(1, 0, 1, 1));
    EXPECT_EQ(all.sum, 551U);
}

TEST(Tally, IsReadWhileItIsCounted) {
    constexpr std::uint64_t last = 100'000;
    Tally tally;
    std::thread counting([&] {
        for (std::uint64_t index = 0; index < last; ++index) {
            tally.add();
        }
    });
    for (std::uint64_t before = 0; before < last;) {
        const std::uint64_t now = tally.value();
        EXPECT_GE(now, before);
        before = now;
    }
    counting.join();
    EXPECT_EQ(tally.value(), last);
}

}  // namespace
}  // namespace verohook
