// Sinks that break their contract, hang, or throw: each harms itself alone.

#include "delivery_fixture.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <stdexcept>

namespace verohook::delivery {
namespace {

using sink::Outcome;
using testing::ElementsAre;
using testing::HasSubstr;

struct FaultCase {
    const char* name;
    /// The first answer; afterwards the sink behaves.
    Outcome (*first)(FakeTarget&, std::span<const sink::Item>);
    const char* expected_reason;
    std::vector<std::uint64_t> expected_seqs;
};

TEST_F(DeliveryTest, ASinkThatBreaksItsContractIsOfferedTheEventsAgain) {
    using Batch = std::span<const sink::Item>;
    const std::vector<FaultCase> cases{
        {"takes more than there is",
         [](FakeTarget&, Batch batch) { return Outcome::all(batch.size() + 1); },
         "taken 4 of 3",
         {1, 2, 3}},
        {"rejects what is not there",
         [](FakeTarget& self, Batch batch) {
             self.take(batch, batch.size());
             return Outcome::reject(batch.size(), "which?");
         },
         "rejected the next",
         {1, 2, 3}},
        {"delivers all and takes a part",
         [](FakeTarget& self, Batch batch) {
             self.take(batch, 1);
             return Outcome::all(1);
         },
         "taken 1 of 3",
         {1, 2, 3}},
        {"throws an exception",
         [](FakeTarget&, Batch) -> Outcome { throw std::runtime_error("boom"); },
         "the sink threw: boom",
         {1, 2, 3}},
        {"throws a number",
         [](FakeTarget&, Batch) -> Outcome { throw 7; },
         "no exception",
         {1, 2, 3}},
    };
    for (const FaultCase& each : cases) {
        SCOPED_TRACE(each.name);
        test::MemoryJournal records;
        for (int number = 1; number <= 3; ++number) {
            records.add(body(number));
        }
        FakeTarget here(each.name);
        std::atomic<bool> first{true};
        here.on_deliver = [&](FakeTarget& self, Batch batch) {
            if (first.exchange(false)) {
                return each.first(self, batch);
            }
            self.take(batch, batch.size());
            return Outcome::all(batch.size());
        };
        auto started = Delivery::start({settings(each.name)}, records, system_clock());
        ASSERT_TRUE(started);
        here.wait_for(3);
        EXPECT_TRUE((*started)->stop(patience));
        EXPECT_EQ(here.seqs(), each.expected_seqs);
        EXPECT_THAT((*started)->status()[0].last_error, HasSubstr(each.expected_reason));
        EXPECT_TRUE(records.dead(each.name).empty());
        EXPECT_EQ(records.position(each.name), 3U);
    }
}

TEST_F(DeliveryTest, ASlowSinkDoesNotDelayAnother) {
    FakeTarget slow("slow");
    slow.on_deliver = [](FakeTarget& self, std::span<const sink::Item> batch) {
        self.block();
        self.take(batch, batch.size());
        return Outcome::all(batch.size());
    };
    add(1, 10);
    start({settings("slow"), settings("main")});
    slow.wait_blocked();
    target.wait_for(10);
    EXPECT_TRUE(slow.seqs().empty());
    slow.open();
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_EQ(slow.seqs(), target.seqs());
}

TEST_F(DeliveryTest, AStuckSinkIsLeftBehindAndTouchesTheJournalNoMore) {
    FakeTarget stuck("stuck");
    stuck.on_deliver = [](FakeTarget& self, std::span<const sink::Item> batch) {
        self.block();
        return Outcome::all(batch.size());
    };
    add(1, 3);
    start({settings("stuck"), settings("main")});
    stuck.wait_blocked();
    journal.wait_for_reader_at(3);
    EXPECT_FALSE(delivery->stop(std::chrono::milliseconds{0}));
    EXPECT_FALSE(delivery->stop(std::chrono::milliseconds{0})) << "it stays left behind";
    delivery.reset();
    stuck.open();
    stuck.wait_for_end();
    EXPECT_EQ(journal.position("stuck"), 0U);
    EXPECT_EQ(journal.position("main"), 3U);
}

TEST_F(DeliveryTest, ASinkThatIsDownDoesNotHoldUpTheStop) {
    SinkSettings patient = settings("main");
    patient.limits.backoff_min = std::chrono::hours{1};
    patient.limits.backoff_max = std::chrono::hours{1};
    target.on_deliver = [](FakeTarget& self, std::span<const sink::Item>) {
        self.open();
        return Outcome{0, sink::Verdict::retry, "down", std::chrono::hours{2}};
    };
    add(1, 2);
    start(patient);
    target.block();  // Returns once the sink was called.
    EXPECT_TRUE(delivery->stop(std::chrono::hours{3}));
    EXPECT_EQ(journal.position("main"), 0U);
    EXPECT_EQ(status().state, State::stopped);
}

TEST_F(DeliveryTest, AStopAtTheDeadlineKeepsTheRestForTheNextStart) {
    SinkSettings small = settings("main");
    small.limits.batch_events_max = 1;
    target.on_deliver = [](FakeTarget& self, std::span<const sink::Item> batch) {
        self.take(batch, 1);
        self.block();
        return Outcome::all(1);
    };
    add(1, 5);
    start(small);
    target.wait_blocked();
    target.open();
    static_cast<void>(delivery->stop(std::chrono::milliseconds{0}));
    const auto seen = target.seqs().size();
    EXPECT_LE(journal.position("main"), seen);
}

TEST_F(DeliveryTest, AnExceptionWhileASinkIsMadeIsTriedAgain) {
    std::atomic<int> attempts{0};
    target.on_make = [&]() -> Result<void> {
        if (++attempts < 3) {
            throw std::runtime_error("library says no");
        }
        return {};
    };
    add(1, 1);
    start(settings("main"));
    target.wait_for(1);
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_THAT(status().last_error, HasSubstr("library says no"));
}

}  // namespace
}  // namespace verohook::delivery
