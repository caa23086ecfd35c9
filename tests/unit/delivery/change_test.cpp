#include "delivery_fixture.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace verohook::delivery {
namespace {

using sink::Outcome;
using testing::ElementsAre;
using testing::HasSubstr;

/// Delivery whose sinks are added, changed and removed while it runs.
class ChangeTest : public DeliveryTest {
protected:
    static SinkSettings in_ones(std::string name) {
        SinkSettings sink = settings(std::move(name));
        sink.limits.batch_events_max = 1;
        return sink;
    }
    /// `main` has one event of 500, and stands still with the second in hand.
    void start_and_block_at_two() {
        target.on_deliver = [](FakeTarget& self, std::span<const sink::Item> batch) {
            if (batch.front().envelope.seq == 2) {
                self.block();
            }
            self.take(batch, batch.size());
            return Outcome::all(batch.size());
        };
        add(1, 500);
        start(in_ones("main"));
        target.wait_blocked();
    }
    [[nodiscard]] Result<void> change(SinkChanges changes) {
        return delivery->change(std::move(changes), patience);
    }
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (const SinkStatus& each : delivery->status()) {
            names.push_back(each.name);
        }
        return names;
    }
};

TEST_F(ChangeTest, OneIsAddedBesideOthersThatNoticeNothing) {
    add(1, 3);
    start(settings("main"));
    target.wait_for(3);
    int made = 0;
    target.on_make = [&made] {
        ++made;
        return Result<void>();
    };
    FakeTarget other("other");
    ASSERT_TRUE(change({{}, {}, {settings("other")}}));
    add(4, 5);
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_THAT(names(), ElementsAre("main", "other"));
    EXPECT_THAT(target.seqs(), ElementsAre(1, 2, 3, 4, 5));
    EXPECT_THAT(other.seqs(), ElementsAre(1, 2, 3, 4, 5));
    EXPECT_EQ(made, 0);
}

TEST_F(ChangeTest, AllStopWhereTheyAreAfterTheBatchInHand) {
    start_and_block_at_two();
    std::thread opening([&] {
        // Everything stops once nothing can be changed any more.
        while (change({})) {
            std::this_thread::yield();
        }
        target.open();
    });
    EXPECT_TRUE(delivery->stop_where_they_are(patience));
    opening.join();
    EXPECT_GE(target.seqs().size(), 2U);
    EXPECT_LT(target.seqs().size(), 500U);
    EXPECT_EQ(journal.position("main"), target.seqs().back());
}

TEST_F(ChangeTest, OneGoesOnAsAnotherAfterTheBatchInHand) {
    start_and_block_at_two();
    std::thread changing([&] { EXPECT_TRUE(change({{}, {settings("main")}, {}})); });
    target.open();
    changing.join();
    target.wait_for(500);
    EXPECT_TRUE(delivery->stop(patience));
    std::vector<std::uint64_t> expected(500);
    for (std::size_t index = 0; index < expected.size(); ++index) {
        expected[index] = index + 1;
    }
    EXPECT_EQ(target.seqs(), expected);
    EXPECT_FALSE(journal.is_released("main"));
}

TEST_F(ChangeTest, OneThatIsRemovedEndsAfterItsBatchAndHoldsNothingBack) {
    start_and_block_at_two();
    std::thread changing([&] { EXPECT_TRUE(change({{"main"}, {}, {}})); });
    target.open();
    changing.join();
    target.wait_for_end();
    EXPECT_TRUE(names().empty());
    EXPECT_EQ(journal.position("main"), target.seqs().back());
    EXPECT_TRUE(journal.is_released("main"));
    // It comes back where it was.
    ASSERT_TRUE(change({{}, {}, {settings("main")}}));
    target.wait_for(500);
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_EQ(target.seqs().size(), 500U);
    EXPECT_EQ(target.seqs().back(), 500U);
}

TEST_F(ChangeTest, WhatWasTakenOfABatchDoesNotComeTwice) {
    // The second of five is rejected: then the position stands in the middle of a batch.
    target.on_deliver = [](FakeTarget& self, std::span<const sink::Item> batch) {
        if (batch.front().envelope.seq == 1) {
            self.block();
            self.take(batch, 1);
            return Outcome::reject(1, "never");
        }
        self.take(batch, batch.size());
        return Outcome::all(batch.size());
    };
    add(1, 5);
    start(settings("main"));
    target.wait_blocked();
    std::thread changing([&] { EXPECT_TRUE(change({{}, {settings("main")}, {}})); });
    target.open();
    changing.join();
    target.wait_for(4);
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_THAT(target.seqs(), ElementsAre(1, 3, 4, 5));
    ASSERT_EQ(journal.dead("main").size(), 1U);
    EXPECT_EQ(journal.dead("main").front().seq, 2U);
}

TEST_F(ChangeTest, AWrongOneChangesNothing) {
    add(1, 3);
    start(settings("main"));
    target.wait_for(3);
    FakeTarget other("other");
    FakeTarget gone("gone");
    ASSERT_TRUE(change({{}, {}, {settings("gone")}}));
    other.on_make = [] { return Result<void>(Error{ErrorCode::invalid_input, "no such colour"}); };
    const auto changed = change({{"gone"}, {settings("main")}, {settings("other")}});
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().code, ErrorCode::invalid_input);
    EXPECT_THAT(changed.error().message, HasSubstr("sink 'other': no such colour"));
    EXPECT_FALSE(journal.is_released("gone"));
    add(4, 6);
    target.wait_for(6);
    gone.wait_for(6);
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_THAT(names(), testing::UnorderedElementsAre("main", "gone"));
    EXPECT_THAT(target.seqs(), ElementsAre(1, 2, 3, 4, 5, 6));
    EXPECT_THAT(gone.seqs(), ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST_F(ChangeTest, OneWhoseTargetIsAwayIsTriedAgainAsAtTheStart) {
    start(settings("main"));
    FakeTarget other("other");
    int attempts = 0;
    other.on_make = [&attempts] {
        return ++attempts < 3 ? Result<void>(Error{ErrorCode::unavailable, "not there"})
                              : Result<void>();
    };
    ASSERT_TRUE(change({{}, {}, {settings("other")}}));
    add(1, 2);
    other.wait_for(2);
    EXPECT_TRUE(delivery->stop(patience));
}

TEST_F(ChangeTest, AStuckOneIsLeftBehind) {
    target.on_deliver = [](FakeTarget& self, std::span<const sink::Item> batch) {
        self.block();
        self.take(batch, batch.size());
        return Outcome::all(batch.size());
    };
    add(1, 2);
    start(settings("main"));
    target.wait_blocked();
    ASSERT_TRUE(delivery->change({{"main"}, {}, {}}, std::chrono::milliseconds{1}));
    EXPECT_TRUE(names().empty());
    target.open();
    target.wait_for_end();
    EXPECT_EQ(journal.position("main"), 0U);
    EXPECT_FALSE(delivery->stop(patience)) << "a thread was left behind";
}

TEST_F(ChangeTest, NothingChangesOnceEverythingStops) {
    start(settings("main"));
    EXPECT_TRUE(delivery->stop(patience));
    FakeTarget other("other");
    const auto changed = change({{"main"}, {}, {settings("other")}});
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().code, ErrorCode::stopping);
    EXPECT_THAT(names(), ElementsAre("main"));
}

}  // namespace
}  // namespace verohook::delivery
