#include "unit/journal/journal_fixture.hpp"

#include <deque>
#include <random>

namespace verohook::journal::test {
namespace {

class DuplicatesTest : public JournalTest {
protected:
    std::optional<Seq> duplicate_of(std::string body) { return add(std::move(body)).duplicate_of; }
};

TEST_F(DuplicatesTest, NamesTheFirst) {
    open();
    EXPECT_EQ(duplicate_of("a"), std::nullopt);
    EXPECT_EQ(duplicate_of("b"), std::nullopt);
    EXPECT_EQ(duplicate_of("a"), Seq{1});
    EXPECT_EQ(duplicate_of("a"), Seq{1});
    EXPECT_EQ(read(2).front()->duplicate_of, Seq{1});
    reopen();
    EXPECT_EQ(duplicate_of("a"), Seq{1});
    EXPECT_EQ(duplicate_of("b"), Seq{2});
    EXPECT_EQ(read(2).front()->duplicate_of, Seq{1});
}

TEST_F(DuplicatesTest, OnlyAnEventWithATimeIsOne) {
    open();
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(add(untimed("u")).duplicate_of, std::nullopt);
        EXPECT_EQ(add(malformed("m")).duplicate_of, std::nullopt);
    }
}

TEST_F(DuplicatesTest, SeesTwoInOneBatch) {
    open();
    std::vector<std::future<Result<Receipt>>> outcomes;
    for (int index = 0; index < 1000; ++index) {
        outcomes.push_back(append_later(*journal, timed(std::to_string(index / 2))));
    }
    for (std::size_t index = 0; index < outcomes.size(); ++index) {
        const Result<Receipt> outcome = outcomes[index].get();
        ASSERT_TRUE(outcome);
        EXPECT_EQ(outcome->duplicate_of, index % 2 == 0 ? std::nullopt : std::optional(Seq{index}));
    }
}

TEST_F(DuplicatesTest, ForgetsByCount) {
    settings.limits.duplicate_events_max = 3;
    open();
    for (const char* body : {"a", "b", "c"}) {
        EXPECT_EQ(duplicate_of(body), std::nullopt);
    }
    EXPECT_EQ(duplicate_of("a"), Seq{1});  // b c a
    EXPECT_EQ(duplicate_of("d"), std::nullopt);
    EXPECT_EQ(duplicate_of("b"), std::nullopt);  // a d b
    EXPECT_EQ(duplicate_of("a"), Seq{1});
    reopen();
    EXPECT_EQ(duplicate_of("d"), Seq{5});  // b a d
    EXPECT_EQ(duplicate_of("c"), std::nullopt);
    add(untimed("takes no place"));
    add(untimed("nor this"));
    add(untimed("nor that"));
    EXPECT_EQ(duplicate_of("a"), Seq{1});
}

TEST_F(DuplicatesTest, ForgetsByAge) {
    open();
    const std::chrono::hours day{24};
    EXPECT_EQ(duplicate_of("a"), std::nullopt);
    clock.advance(7 * day);
    EXPECT_EQ(duplicate_of("a"), Seq{1});  // Just within.
    clock.advance(7 * day);
    EXPECT_EQ(duplicate_of("a"), Seq{1});  // It was stored again a week ago.
    clock.advance(7 * day + std::chrono::microseconds(1));
    EXPECT_EQ(duplicate_of("a"), std::nullopt);
    clock.advance(day);
    reopen();
    EXPECT_EQ(duplicate_of("a"), Seq{4});
}

/// Against the definition itself: a duplicate is an event whose id is among the last n within t.
TEST_F(DuplicatesTest, AgreesWithTheDefinition) {
    struct Stored {
        int body;
        Timestamp at;
        Seq first;
    };
    constexpr std::size_t count = 150;
    settings.limits.duplicate_events_max = count;
    settings.limits.duplicate_age_max = std::chrono::hours(1);
    open();
    std::deque<Stored> stored;
    std::mt19937 random(7);
    int found = 0;
    for (int step = 0; step < 4000; ++step) {
        if (step % 500 == 499) {
            reopen();
        }
        clock.advance(std::chrono::seconds(random() % 60));
        const int body = static_cast<int>(random() % 200);
        std::optional<Seq> expected;
        for (const Stored& earlier : stored) {
            if (earlier.body == body && earlier.at >= clock.now() - std::chrono::hours(1)) {
                expected = earlier.first;
            }
        }
        const Receipt receipt = add(std::to_string(body));
        ASSERT_EQ(receipt.duplicate_of, expected) << step;
        found += expected ? 1 : 0;
        stored.push_back({body, clock.now(), expected.value_or(receipt.seq)});
        if (stored.size() > count) {
            stored.pop_front();
        }
    }
    EXPECT_GT(found, 500);
}

}  // namespace
}  // namespace verohook::journal::test
