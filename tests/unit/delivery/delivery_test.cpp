#include "delivery_fixture.hpp"
#include "event/redact.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <numeric>

#include <sched.h>

namespace verohook::delivery {
namespace {

using sink::Outcome;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::uint64_t> range(std::uint64_t first, std::uint64_t last) {
    std::vector<std::uint64_t> seqs(last - first + 1);
    std::iota(seqs.begin(), seqs.end(), first);
    return seqs;
}

TEST_F(DeliveryTest, DeliversInOrderWhatIsThereAndWhatComes) {
    add(1, 20);
    start(settings("main"));
    target.wait_for(20);
    add(21, 30);
    target.wait_for(30);
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_EQ(target.seqs(), range(1, 30));
    EXPECT_EQ(journal.position("main"), 30U);
    EXPECT_EQ(status().delivered, 30U);
    EXPECT_EQ(status().state, State::stopped);
}

TEST_F(DeliveryTest, StartsFromTheBeginningOrFromNow) {
    add(1, 5);
    FakeTarget other("other");
    SinkSettings from_now = settings("other");
    from_now.from = journal::From::now;
    start({settings("main"), from_now});
    add(6, 7);  // At once: "now" is the moment of the start, not that of a thread's first step.
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_EQ(target.seqs(), range(1, 7));
    EXPECT_EQ(other.seqs(), range(6, 7));
}

TEST_F(DeliveryTest, ALaggingSinkReadsFromFarBehindInBatchesWithinItsBounds) {
    SinkSettings small = settings("main");
    small.limits.batch_events_max = 7;
    add(1, 5000);
    start(small);
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_EQ(target.seqs(), range(1, 5000));
    EXPECT_THAT(target.batches(), testing::Each(testing::Le(7U)));
}

TEST_F(DeliveryTest, StopWaitsForWhatWasThereAtThatMoment) {
    target.on_deliver = [](FakeTarget& self, std::span<const sink::Item> batch) {
        self.block();
        self.take(batch, batch.size());
        return Outcome::all(batch.size());
    };
    add(1, 3);
    start(settings("main"));
    target.wait_blocked();
    add(4, 500);
    target.open();
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_EQ(target.seqs(), range(1, 500));
    EXPECT_EQ(journal.position("main"), 500U);
}

TEST_F(DeliveryTest, GoesOnWhereATargetWithAPositionOfItsOwnStands) {
    add(1, 9);
    static_cast<void>(journal.open_cursor("main", journal::From::beginning));
    struct {
        const char* name;
        journal::Seq noted;  // By the journal.
        journal::Seq own;
        journal::From from;
        std::vector<std::uint64_t> expected;
    } const cases[] = {
        {"a crash between the target's commit and the journal's", 4, 6, journal::From::beginning,
         range(7, 9)},
        {"a target that was restored from a backup", 8, 5, journal::From::beginning, range(6, 9)},
        {"a target that was made anew", 8, 0, journal::From::beginning, range(1, 9)},
        {"a target that was made anew and wants no past", 8, 0, journal::From::now, range(9, 9)},
        {"both agree", 7, 7, journal::From::beginning, range(8, 9)},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.name);
        FakeTarget fresh("main");
        fresh.on_position = [&] { return std::optional<std::uint64_t>(each.own); };
        journal.commit_position("main", {each.noted, {}});
        SinkSettings sink = settings("main");
        sink.from = each.from;
        start(sink);
        EXPECT_TRUE(delivery->stop(patience));
        EXPECT_EQ(fresh.seqs(), each.expected);
        EXPECT_EQ(journal.position("main"), 9U);
    }
}

TEST_F(DeliveryTest, DeliversNothingToATargetThatIsAheadOfTheJournal) {
    add(1, 3);
    std::atomic<int> asked{0};
    target.on_position = [&]() -> Result<std::optional<std::uint64_t>> {
        if (asked.fetch_add(1) == 0) {
            return Error{ErrorCode::unavailable, "the target cannot be asked"};
        }
        asked.notify_all();
        return std::optional<std::uint64_t>(700);
    };
    start(settings("main"));
    for (int seen = 0; seen < 3; seen = asked.load()) {
        asked.wait(seen);
    }
    EXPECT_FALSE(target.seqs().size() > 0);
    EXPECT_THAT(status().last_error, HasSubstr("replaced by an older copy"));
    EXPECT_EQ(status().state, State::retrying);
    EXPECT_TRUE(delivery->stop(patience));
}

TEST_F(DeliveryTest, ASinkGetsNothingOfWhatIsRedacted) {
    SinkSettings redacting = settings("main");
    redacting.redactor = std::make_shared<const event::Redactor>(
        std::vector{RedactionRule{{"user", "email"}, Redaction::drop}}, "");
    std::vector<std::string> bodies;
    target.on_deliver = [&](FakeTarget& self, std::span<const sink::Item> batch) {
        for (const sink::Item& item : batch) {
            bodies.emplace_back(item.body);
            EXPECT_FALSE(event::common(item.event).user->email.present());
        }
        self.take(batch, batch.size());
        return Outcome::all(batch.size());
    };
    journal.add(R"({"type":"sent","user":{"id":1,"email":"a@b.c"},"sent_at":1435016238})");
    journal.add(R"({"type":"sent","user":{"id":2,"email":"d@e.f"},"sent_at":1435016238})");
    start(redacting);
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_THAT(bodies, ElementsAre(R"({"type":"sent","user":{"id":1},"sent_at":1435016238})",
                                    R"({"type":"sent","user":{"id":2},"sent_at":1435016238})"));
    EXPECT_THAT(target.texts(), testing::Each(testing::Not(HasSubstr("@"))));
}

TEST_F(DeliveryTest, ADamagedRecordGoesToTheDeadLettersAndHidesNoOther) {
    journal.add(body(1));
    journal.add("", "", journal::Kind::damaged);
    journal.add(body(3));
    FakeTarget here("here");
    SinkSettings filtered = settings("here");
    filtered.types = {"sent"};
    start(filtered);
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_EQ(here.seqs(), (std::vector<std::uint64_t>{1, 3}));
    EXPECT_EQ(status().dead, 1U);
    EXPECT_EQ(journal.position("here"), 3U);
}

struct FilterCase {
    const char* name;
    std::set<std::string, std::less<>> types;
    bool keep_duplicates;
    std::vector<std::uint64_t> expected;
};

TEST_F(DeliveryTest, FiltersAndMovesOverWhatItLeavesOut) {
    using journal::Kind;
    journal.add(body(1));                                                 // 1
    journal.add(R"({"type":"clicked","clicked_at":1})", "clicked");       // 2
    journal.add("not JSON", "", Kind::malformed);                         // 3
    journal.add(R"({"type":"strange"})", "strange", Kind::unrecognized);  // 4
    journal.add(body(1), "sent", Kind::recognized, 1);                    // 5
    journal.add("{}", "", Kind::unrecognized);                            // 6
    journal.add("[]", "", Kind::malformed);                               // 7
    journal.add("{}", "verohook_test", Kind::test);                       // 8
    const std::vector<FilterCase> cases{
        {"everything", {}, false, {1, 2, 4, 6}},
        {"duplicates too", {}, true, {1, 2, 4, 5, 6}},
        {"one type", {"sent"}, false, {1}},
        {"one type with duplicates", {"sent"}, true, {1, 5}},
        {"unrecognized ones", {"unrecognized"}, false, {4, 6}},
        {"two", {"clicked", "unrecognized"}, false, {2, 4, 6}},
        {"a type of another's name is not known", {"strange"}, false, {}},
        {"nothing here", {"bounced"}, false, {}},
        {"test events are nobody's", {"verohook_test"}, true, {}},
    };
    for (const FilterCase& each : cases) {
        SCOPED_TRACE(each.name);
        FakeTarget here(each.name);
        SinkSettings filtered = settings(each.name);
        filtered.types = each.types;
        filtered.keep_duplicates = each.keep_duplicates;
        start(filtered);
        EXPECT_TRUE(delivery->stop(patience));
        EXPECT_EQ(here.seqs(), each.expected);
        EXPECT_EQ(journal.position(each.name), 8U);
        EXPECT_EQ(status().filtered, 7 - each.expected.size()) << "a test event counts as nothing";
    }
}

TEST_F(DeliveryTest, EncodesInTheSinksFormat) {
    journal.add(R"({"type":"sent", "sent_at":1435016238, "user":{"id":1}})");
    FakeTarget raw("raw");
    SinkSettings as_raw = settings("raw");
    as_raw.format = event::Format::raw;
    start({settings("main"), as_raw});
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_THAT(target.texts(), ElementsAre(HasSubstr(R"("schema":"verohook.event.v1")")));
    ASSERT_EQ(raw.texts().size(), 1U);
    EXPECT_THAT(raw.texts()[0], HasSubstr("1435016238"));
    EXPECT_THAT(raw.texts()[0], testing::Not(HasSubstr("schema")));
}

TEST_F(DeliveryTest, RetriesUntilTakenAndThenGoesOn) {
    std::atomic<int> attempts{0};
    target.on_deliver = [&](FakeTarget& self, std::span<const sink::Item> batch) {
        if (++attempts <= 5) {
            return Outcome::retry(0, "the target is down");
        }
        self.take(batch, batch.size());
        return Outcome::all(batch.size());
    };
    add(1, 3);
    start(settings("main"));
    target.wait_for(3);
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_EQ(target.seqs(), range(1, 3));
    EXPECT_EQ(status().retries, 5U);
    EXPECT_EQ(status().last_error, "the target is down");
}

TEST_F(DeliveryTest, OffersOnlyTheRestAfterAPartWasTaken) {
    target.on_deliver = [](FakeTarget& self, std::span<const sink::Item> batch) {
        self.take(batch, 1);
        return batch.size() == 1 ? Outcome::all(1) : Outcome::retry(1, "one at a time");
    };
    add(1, 6);
    start(settings("main"));
    target.wait_for(6);
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_EQ(target.seqs(), range(1, 6));
    EXPECT_EQ(status().delivered, 6U);
}

TEST_F(DeliveryTest, PutsRejectedEventsToTheDeadLettersAndGoesOn) {
    target.on_deliver = [](FakeTarget& self, std::span<const sink::Item> batch) {
        for (std::size_t index = 0; index < batch.size(); ++index) {
            if (batch[index].envelope.seq % 3 == 0) {
                self.take(batch, index);
                return Outcome::reject(index, "divisible by three");
            }
        }
        self.take(batch, batch.size());
        return Outcome::all(batch.size());
    };
    add(1, 9);
    start(settings("main"));
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_THAT(target.seqs(), ElementsAre(1, 2, 4, 5, 7, 8));
    EXPECT_EQ(journal.position("main"), 9U);
    const auto dead = journal.dead("main");
    ASSERT_EQ(dead.size(), 3U);
    EXPECT_EQ(dead[0].seq, 3U);
    EXPECT_EQ(dead[2].seq, 9U);
    EXPECT_EQ(dead[1].reason, "divisible by three");
    EXPECT_EQ(status().dead, 3U);
    EXPECT_EQ(status().delivered, 6U);
    EXPECT_EQ(status().retries, 0U);
}

TEST_F(DeliveryTest, ABodyThatCannotBeDecodedGoesToTheDeadLetters) {
    add(1, 1);
    journal.add("{broken", "sent");
    add(3, 3);
    start(settings("main"));
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_THAT(target.seqs(), ElementsAre(1, 3));
    ASSERT_EQ(journal.dead("main").size(), 1U);
    EXPECT_EQ(journal.dead("main")[0].seq, 2U);
}

TEST_F(DeliveryTest, DeliversOnceMoreAfterACrashBeforeTheCommit) {
    add(1, 4);
    start(settings("main"));
    journal.wait_for_position("main", 4);
    journal.hold_positions();
    add(5, 6);
    EXPECT_TRUE(delivery->stop(patience));
    journal.crash();
    start(settings("main"));
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_THAT(target.seqs(), ElementsAre(1, 2, 3, 4, 5, 6, 5, 6));
}

TEST_F(DeliveryTest, HasEverySinkReopenItsFiles) {
    FakeTarget other("other");
    start({settings("main"), settings("other")});
    delivery->request_reopen();
    EXPECT_EQ(target.reopens(), 1);
    EXPECT_EQ(other.reopens(), 1);
    delivery.reset();
}

TEST_F(DeliveryTest, AWrongOptionStopsTheStart) {
    target.on_make = [] { return Result<void>(Error{ErrorCode::invalid_input, "no such colour"}); };
    const auto started = Delivery::start({settings("main")}, journal, system_clock());
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().code, ErrorCode::invalid_input);
    EXPECT_EQ(started.error().message, "sink 'main': no such colour");
}

TEST_F(DeliveryTest, ATargetThatIsDownAtTheStartIsTriedAgain) {
    std::atomic<int> attempts{0};
    target.on_make = [&] {
        return ++attempts < 4 ? Result<void>(Error{ErrorCode::unavailable, "not there yet"})
                              : Result<void>();
    };
    add(1, 2);
    start(settings("main"));
    target.wait_for(2);
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_EQ(attempts.load(), 4);
    EXPECT_EQ(target.seqs(), range(1, 2));
    EXPECT_EQ(status().last_error, "not there yet");
}

TEST_F(DeliveryTest, ASinkIsMadeWhereTheThreadsOfItsLibraryAreInTheBackground) {
    std::vector<int> policies;
    target.on_make = [&] {
        policies.push_back(::sched_getscheduler(0));
        return policies.size() < 2 ? Result<void>(Error{ErrorCode::unavailable, "not there yet"})
                                   : Result<void>();
    };
    add(1, 1);
    start(settings("main"));
    target.wait_for(1);
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_THAT(policies, ElementsAre(SCHED_BATCH, SCHED_BATCH)) << "at the start, and later";
    EXPECT_NE(::sched_getscheduler(0), SCHED_BATCH);
}

TEST_F(DeliveryTest, ACursorThatCannotBeOpenedIsTriedAgain) {
    add(1, 3);
    journal.fail_cursors(3);
    start(settings("main"));
    target.wait_for(3);
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_EQ(status().last_error, "the cursor cannot be opened");
    EXPECT_EQ(status().retries, 2U) << "the first attempt is that of the start";
}

TEST_F(DeliveryTest, TroubleInTheJournalIsWaitedOutAndSkipsNothing) {
    add(1, 3);
    journal.fail_reads(3, {ErrorCode::corrupt, "record 2 is corrupt"});
    start(settings("main"));
    target.wait_for(3);
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_EQ(target.seqs(), range(1, 3));
    EXPECT_EQ(status().retries, 3U);
    EXPECT_EQ(status().last_error, "record 2 is corrupt");
}

}  // namespace
}  // namespace verohook::delivery
