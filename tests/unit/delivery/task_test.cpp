// Replays and retries of dead letters, by the worker's thread between two batches of new events.

#include "delivery/replay.hpp"
#include "delivery/retry_letters.hpp"
#include "delivery_fixture.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <thread>

namespace verohook::delivery {
namespace {

using sink::Outcome;
using testing::ElementsAre;
using testing::IsEmpty;
using Batch = std::span<const sink::Item>;

class TaskTest : public DeliveryTest {
protected:
    Result<TaskStatus> submit(std::unique_ptr<Task> task) {
        return delivery->submit("main", std::move(task));
    }
    /// The status of the task when it has ended.
    TaskStatus finish(std::unique_ptr<Task> task) {
        const auto submitted = submit(std::move(task));
        EXPECT_TRUE(submitted) << submitted.error().message;
        return submitted ? wait_ended(submitted->id) : TaskStatus{};
    }
    TaskStatus wait_ended(std::uint64_t id) {
        for (;;) {
            for (const TaskStatus& task : status().tasks) {
                if (task.id == id && has_ended(task.state)) {
                    return task;
                }
            }
            std::this_thread::yield();
        }
    }
    /// What the target has got since the last call.
    std::vector<std::uint64_t> fresh() {
        const auto all = target.seqs();
        std::vector<std::uint64_t> since(all.begin() + static_cast<std::ptrdiff_t>(seen_),
                                         all.end());
        seen_ = all.size();
        return since;
    }
    void start_delivered(SinkSettings sink) {
        start(std::move(sink));
        journal.wait_for_position("main", journal.newest());
        fresh();
    }
    /// The target takes what `bad` says nothing of.
    void reject(std::function<bool(std::uint64_t)> bad) {
        target.on_deliver = [bad = std::move(bad)](FakeTarget& self, Batch batch) {
            for (std::size_t taken = 0; taken < batch.size(); ++taken) {
                if (bad(batch[taken].envelope.seq)) {
                    self.take(batch, taken);
                    return Outcome::reject(taken, "too odd");
                }
            }
            self.take(batch, batch.size());
            return Outcome::all(batch.size());
        };
    }
    std::vector<journal::Seq> letters() {
        std::vector<journal::Seq> seqs;
        for (const auto& letter : journal.dead("main")) {
            seqs.push_back(letter.seq);
        }
        return seqs;
    }

private:
    std::size_t seen_ = 0;
};

Timestamp second(int number) {
    return Timestamp(std::chrono::seconds(number));
}

TEST_F(TaskTest, AReplayDeliversARangeOnceMoreAndMovesNothing) {
    for (int number = 1; number <= 9; ++number) {
        const bool clicked = number % 3 == 0;
        journal.add(R"({"type":")" + std::string(clicked ? "clicked" : "sent") +
                        R"(","user":{"id":)" + std::to_string(number % 2) +
                        R"(,"email":"A@example.com"},"campaign":{"id":7,"name":"Welcome"}})",
                    clicked ? "clicked" : "sent", journal::Kind::recognized, std::nullopt,
                    second(number));
    }
    start_delivered(settings("main"));
    const journal::Seq seq4 = 4;
    const struct {
        const char* name;
        Range range;
        Selection selection;
        std::vector<std::uint64_t> expected;
    } cases[] = {
        {"everything", {}, {}, {1, 2, 3, 4, 5, 6, 7, 8, 9}},
        {"from a seq", {Bound(seq4), {}}, {}, {4, 5, 6, 7, 8, 9}},
        {"up to a seq, with it", {{}, Bound(seq4)}, {}, {1, 2, 3, 4}},
        {"a range", {Bound(journal::Seq{2}), Bound(seq4)}, {}, {2, 3, 4}},
        {"from a moment", {Bound(second(8)), {}}, {}, {8, 9}},
        {"up to a moment, with it", {{}, Bound(second(2))}, {}, {1, 2}},
        {"an empty range", {Bound(journal::Seq{6}), Bound(seq4)}, {}, {}},
        {"beyond what there is", {Bound(journal::Seq{70}), {}}, {}, {}},
        {"a type", {}, {.types = {"clicked"}}, {3, 6, 9}},
        {"a customer's id", {}, {.user = "0"}, {2, 4, 6, 8}},
        {"an address in another case", {Bound(seq4), Bound(seq4)}, {.user = "a@EXAMPLE.com"}, {4}},
        {"a campaign's name", {Bound(seq4), Bound(seq4)}, {.campaign = "Welcome"}, {4}},
        {"a campaign's id", {Bound(seq4), Bound(seq4)}, {.campaign = "7"}, {4}},
        {"another campaign", {}, {.campaign = "welcome"}, {}},
        {"all together", {Bound(seq4), {}}, {.types = {"clicked"}, .user = "0"}, {6}},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.name);
        const TaskStatus task = finish(make_replay(each.range, each.selection));
        EXPECT_EQ(task.state, TaskState::done);
        EXPECT_EQ(fresh(), each.expected);
        EXPECT_EQ(task.delivered, each.expected.size());
        EXPECT_EQ(task.missing, 0U);
        EXPECT_EQ(journal.position("main"), 9U);
    }
    EXPECT_TRUE(delivery->stop(patience));
}

TEST_F(TaskTest, AReplayKeepsToTheSinksOwnFilter) {
    journal.add(body(1));
    journal.add(R"({"type":"clicked"})", "clicked");
    journal.add(body(1), "sent", journal::Kind::recognized, 1);
    SinkSettings filtered = settings("main");
    filtered.types = {"sent"};
    start_delivered(filtered);
    EXPECT_EQ(finish(make_replay({}, {})).filtered, 2U);
    EXPECT_THAT(fresh(), ElementsAre(1));
    EXPECT_EQ(finish(make_replay({}, {.types = {"clicked"}})).filtered, 3U);
    EXPECT_THAT(fresh(), IsEmpty());
}

TEST_F(TaskTest, AReplayEndsWhereTheSinkHasGot) {
    // A target with a position of its own would take what lies between for delivered.
    add(1, 9);
    target.on_position = [] { return std::optional<std::uint64_t>(5); };
    std::atomic<bool> down{true};
    target.on_deliver = [&](FakeTarget& self, Batch batch) {
        const bool is_new = batch.front().envelope.seq > 5;
        if (is_new && down) {
            return Outcome::retry(0, "busy");
        }
        self.take(batch, batch.size());
        return Outcome::all(batch.size());
    };
    start(settings("main"));
    EXPECT_EQ(finish(make_replay({Bound(journal::Seq{3}), {}}, {})).last, 5U);
    EXPECT_THAT(fresh(), ElementsAre(3, 4, 5));
    down = false;
    target.wait_for(7);
    EXPECT_THAT(fresh(), ElementsAre(6, 7, 8, 9));
}

TEST_F(TaskTest, WhatRetentionHasRemovedIsCountedAsMissing) {
    add(1, 9);
    start_delivered(settings("main"));
    journal.retain_after(6);
    const TaskStatus task = finish(make_replay({Bound(journal::Seq{3}), {}}, {}));
    EXPECT_THAT(fresh(), ElementsAre(7, 8, 9));
    EXPECT_EQ(task.missing, 4U);
    EXPECT_EQ(finish(make_replay({{}, Bound(journal::Seq{5})}, {})).missing, 5U);
}

TEST_F(TaskTest, NewEventsAlternateWithAReplay) {
    SinkSettings small = settings("main");
    small.limits.batch_events_max = 1;
    add(1, 50);
    start_delivered(small);
    std::atomic<bool> first{true};
    target.on_deliver = [&](FakeTarget& self, Batch batch) {
        if (first.exchange(false)) {
            self.block();
        }
        self.take(batch, batch.size());
        return Outcome::all(batch.size());
    };
    ASSERT_TRUE(submit(make_replay({}, {})));
    target.wait_blocked();
    add(51, 70);
    target.open();
    target.wait_for(120);
    const auto seqs = fresh();
    const auto last_new = std::find(seqs.begin(), seqs.end(), 70U) - seqs.begin();
    const auto last_old = std::find(seqs.begin(), seqs.end(), 50U) - seqs.begin();
    EXPECT_LT(last_new, last_old);
    EXPECT_GE(last_new, 38);
}

TEST_F(TaskTest, AReplayWaitsForASinkThatIsDown) {
    add(1, 3);
    start_delivered(settings("main"));
    std::atomic<int> attempts{0};
    target.on_deliver = [&](FakeTarget& self, Batch batch) {
        if (++attempts <= 5) {
            return Outcome::retry(0, "the target is down");
        }
        self.take(batch, batch.size());
        return Outcome::all(batch.size());
    };
    const TaskStatus task = finish(make_replay({}, {}));
    EXPECT_EQ(task.state, TaskState::done);
    EXPECT_EQ(task.retries, 5U);
    EXPECT_EQ(task.last_error, "the target is down");
    EXPECT_THAT(fresh(), ElementsAre(1, 2, 3));
}

TEST_F(TaskTest, WhatAReplayRejectsGoesToTheDeadLetters) {
    add(1, 5);
    start_delivered(settings("main"));
    EXPECT_THAT(letters(), IsEmpty());
    reject([](std::uint64_t seq) { return seq % 2 == 0; });
    const TaskStatus task = finish(make_replay({}, {}));
    EXPECT_EQ(task.rejected, 2U);
    EXPECT_THAT(fresh(), ElementsAre(1, 3, 5));
    EXPECT_THAT(letters(), ElementsAre(2, 4));
}

TEST_F(TaskTest, AReplayCanBeCancelledWhileTheSinkIsDown) {
    SinkSettings patient = settings("main");
    patient.limits.backoff_min = patient.limits.backoff_max = std::chrono::hours{1};
    add(1, 3);
    start_delivered(patient);
    target.on_deliver = [](FakeTarget& self, Batch) {
        self.open();
        return Outcome{0, sink::Verdict::retry, "down", std::chrono::hours{2}};
    };
    const auto task = submit(make_replay({}, {}));
    ASSERT_TRUE(task);
    target.block();  // Returns once the sink was called.
    const auto second_one = submit(make_replay({}, {}));
    ASSERT_FALSE(second_one);
    EXPECT_EQ(second_one.error().code, ErrorCode::locked);
    EXPECT_TRUE(delivery->cancel(task->id));
    EXPECT_EQ(wait_ended(task->id).state, TaskState::cancelled);
    EXPECT_FALSE(delivery->cancel(task->id + 1));
    EXPECT_EQ(delivery->submit("nobody", make_replay({}, {})).error().code, ErrorCode::not_found);
}

TEST_F(TaskTest, AStopEndsAReplay) {
    add(1, 3);
    start_delivered(settings("main"));
    target.on_deliver = [](FakeTarget& self, Batch) {
        self.open();
        return Outcome::retry(0, "down");
    };
    const auto task = submit(make_replay({}, {}));
    target.block();
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_EQ(wait_ended(task->id).state, TaskState::stopped);
    EXPECT_EQ(submit(make_replay({}, {})).error().code, ErrorCode::stopping);
}

TEST_F(TaskTest, RetriedLettersAreRemovedWhenTheyAreTaken) {
    add(1, 6);
    reject([](std::uint64_t seq) { return seq % 2 == 0; });
    start_delivered(settings("main"));
    ASSERT_THAT(letters(), ElementsAre(2, 4, 6));
    journal.retain_after(5);  // The copies count, not the journal.
    reject([](std::uint64_t seq) { return seq == 4; });
    const TaskStatus some = finish(make_retry({4, 6, 8}));
    EXPECT_EQ(some.state, TaskState::done);
    EXPECT_EQ(some.delivered, 1U);
    EXPECT_EQ(some.rejected, 1U);
    EXPECT_EQ(some.missing, 1U);
    EXPECT_THAT(fresh(), ElementsAre(6));
    EXPECT_THAT(letters(), ElementsAre(2, 4));
    target.on_deliver = nullptr;
    EXPECT_EQ(finish(make_retry({})).delivered, 2U);
    EXPECT_THAT(fresh(), ElementsAre(2, 4));
    EXPECT_THAT(letters(), IsEmpty());
    EXPECT_EQ(finish(make_retry({})).delivered, 0U);
}

TEST_F(TaskTest, LettersStayWhereTheSinkIsDown) {
    SinkSettings patient = settings("main");
    patient.limits.backoff_min = patient.limits.backoff_max = std::chrono::hours{1};
    add(1, 3);
    reject([](std::uint64_t seq) { return seq == 2; });
    start_delivered(patient);
    target.on_deliver = [](FakeTarget&, Batch) { return Outcome::retry(0, "the target is down"); };
    const TaskStatus idle = finish(make_retry({}));
    EXPECT_EQ(idle.state, TaskState::failed);
    EXPECT_EQ(idle.last_error, "the target is down");
    // New events are in the way of it, and wait for an hour: somebody asks, so it is tried now.
    add(4, 4);
    while (status().state != State::retrying) {
        std::this_thread::yield();
    }
    EXPECT_EQ(finish(make_retry({})).state, TaskState::failed);
    EXPECT_THAT(letters(), ElementsAre(2));
    EXPECT_TRUE(delivery->stop(patience));
}

TEST_F(TaskTest, WithTasksAloneNothingNewIsDelivered) {
    add(1, 3);
    static_cast<void>(journal.open_cursor("main", journal::From::beginning));
    journal.commit_position("main", {2, {}});
    std::vector<SinkSettings> sinks{settings("main")};
    auto started =
        Delivery::start(std::move(sinks), journal, system_clock(), Delivering::tasks_only);
    ASSERT_TRUE(started);
    delivery = std::move(*started);
    EXPECT_EQ(finish(make_replay({}, {})).state, TaskState::done);
    EXPECT_THAT(fresh(), ElementsAre(1, 2));
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_EQ(journal.position("main"), 2U);
}

TEST_F(TaskTest, ASinkThatIsDownIsAskedNoMoreOftenThanItsLimitsSay) {
    SinkSettings patient = settings("main");
    patient.limits.backoff_min = patient.limits.backoff_max = std::chrono::hours{1};
    std::atomic<int> attempts{0};
    target.on_deliver = [&](FakeTarget& self, Batch) {
        ++attempts;
        self.open();
        return Outcome{0, sink::Verdict::retry, "down", std::chrono::hours{2}};
    };
    add(1, 1);
    start(patient);
    target.block();
    add(2, 1000);  // News wake nobody who waits for a target.
    EXPECT_EQ(attempts, 1);
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_LE(attempts, 2);
    EXPECT_LE(status().retries, 2U);
}

TEST_F(TaskTest, ASinkThatComesBackIsToldWhatRetentionHasRemoved) {
    add(1, 9);
    static_cast<void>(journal.open_cursor("main", journal::From::beginning));
    journal.commit_position("main", {2, {}});
    journal.retain_after(6);
    start(settings("main"));
    EXPECT_TRUE(delivery->stop(patience));
    EXPECT_THAT(target.seqs(), ElementsAre(7, 8, 9));
    EXPECT_EQ(status().missed, 4U);
}

}  // namespace
}  // namespace verohook::delivery
