#include "unit/journal/journal_fixture.hpp"

namespace verohook::journal::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class AppendTest : public JournalTest {};

TEST_F(AppendTest, NumbersRecordsInTheOrderOfArrival) {
    open();
    EXPECT_EQ(journal->newest(), 0U);
    EXPECT_EQ(add("a").seq, 1U);
    EXPECT_EQ(add("b").seq, 2U);
    EXPECT_EQ(add("c").seq, 3U);
    EXPECT_EQ(journal->newest(), 3U);
    EXPECT_THAT(bodies(read(0)), ElementsAre("a", "b", "c"));
    EXPECT_THAT(bodies(read(2)), ElementsAre("c"));
    EXPECT_TRUE(read(3).empty());
    EXPECT_TRUE(read(99).empty());
}

TEST_F(AppendTest, GoesOnCountingAfterARestart) {
    open();
    add("a");
    add("b");
    reopen();
    EXPECT_EQ(journal->newest(), 2U);
    EXPECT_EQ(add("c").seq, 3U);
    EXPECT_THAT(bodies(read(0)), ElementsAre("a", "b", "c"));
}

TEST_F(AppendTest, KeepsEveryFieldAsItCame) {
    const std::string odd("\0\xff\r\n\"'\xc3", 7);
    struct Row {
        const char* name;
        Draft draft;
    };
    std::vector<Row> rows = {{"timed", timed("{}")},
                             {"untimed", untimed("{}")},
                             {"malformed", malformed("no json")},
                             {"empty", Draft{}},
                             {"odd bytes", timed(odd)},
                             {"huge", timed(std::string(1'000'000, 'x'))}};
    rows[4].draft.type = rows[4].draft.headers = rows[4].draft.remote = odd;
    rows[4].draft.kind = Kind::unrecognized;
    rows[4].draft.occurred_at = Timestamp(std::chrono::microseconds(-1));
    open();
    for (const Row& row : rows) {
        add(row.draft);
    }
    for (const bool from_memory : {true, false}) {
        if (!from_memory) {
            reopen();
        }
        const std::vector<RecordPtr> records = read(0, {100, 100'000'000});
        ASSERT_EQ(records.size(), rows.size());
        for (std::size_t index = 0; index < rows.size(); ++index) {
            const Record& record = *records[index];
            const Draft& draft = rows[index].draft;
            EXPECT_EQ(record.seq, index + 1) << rows[index].name;
            EXPECT_EQ(record.kind, draft.kind) << rows[index].name;
            EXPECT_EQ(record.type, draft.type) << rows[index].name;
            EXPECT_EQ(record.occurred_at, draft.occurred_at) << rows[index].name;
            EXPECT_EQ(record.received_at, draft.received_at) << rows[index].name;
            EXPECT_EQ(record.remote, draft.remote) << rows[index].name;
            EXPECT_EQ(record.request_id, draft.request_id) << rows[index].name;
            EXPECT_EQ(record.headers, draft.headers) << rows[index].name;
            EXPECT_EQ(record.body, draft.body) << rows[index].name;
        }
    }
}

TEST_F(AppendTest, TakesTheBodysHashAsTheIdOfTimedEventsAlone) {
    open();
    const Receipt clicked = add(timed("x"));
    EXPECT_EQ(clicked.id, hash128("x"));
    const Receipt first = add(untimed("y"));
    const Receipt second = add(untimed("y"));
    EXPECT_FALSE(first.id == second.id);
    EXPECT_FALSE(first.id == hash128("y"));
    EXPECT_EQ(read(0).front()->id, clicked.id);
    // Malformed is malformed, even where a time is given.
    EXPECT_FALSE(add(malformed("x")).id == clicked.id);
}

TEST_F(AppendTest, CommitsManyAppendsTogether) {
    open();
    std::vector<std::future<Result<Receipt>>> outcomes;
    for (int index = 0; index < 5000; ++index) {
        outcomes.push_back(append_later(*journal, timed(std::to_string(index))));
    }
    for (std::size_t index = 0; index < outcomes.size(); ++index) {
        const Result<Receipt> outcome = outcomes[index].get();
        ASSERT_TRUE(outcome);
        EXPECT_EQ(outcome->seq, index + 1);
    }
    EXPECT_LT(journal->health().commits, 2500U);
    EXPECT_EQ(journal->health().newest, 5000U);
    const Measurements measured = journal->measurements();
    EXPECT_EQ(measured.batch.sum, 5000U);
    EXPECT_LE(measured.batch.count(), measured.commit.count());
    EXPECT_EQ(measured.commit.count(), journal->health().commits);
    EXPECT_EQ(measured.sync.count(), measured.commit.count());
    EXPECT_GE(measured.commit.sum, measured.sync.sum);
    EXPECT_EQ(journal->health().queued_bytes, 0U);
}

TEST_F(AppendTest, CloseCommitsWhatIsQueued) {
    open();
    std::vector<std::future<Result<Receipt>>> outcomes;
    for (int index = 0; index < 3000; ++index) {
        outcomes.push_back(append_later(*journal, timed(std::to_string(index))));
    }
    journal->close();
    for (auto& outcome : outcomes) {
        EXPECT_TRUE(outcome.get());
    }
    const Result<Receipt> late = append(*journal, timed("late"));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::stopping);
    reopen();
    EXPECT_EQ(journal->newest(), 3000U);
}

TEST_F(AppendTest, ReadsWithinItsBounds) {
    open();
    for (int index = 0; index < 10; ++index) {
        add(std::string(100, static_cast<char>('a' + index)));
    }
    struct Row {
        const char* name;
        ReadLimit limit;
        std::size_t expected;
    };
    const std::vector<Row> rows = {{"all", {500, 100'000}, 10}, {"by records", {3, 100'000}, 3},
                                   {"by bytes", {500, 450}, 4}, {"at least one", {500, 1}, 1},
                                   {"one", {1, 1}, 1},          {"exactly", {500, 500}, 5}};
    for (const bool from_memory : {true, false}) {
        if (!from_memory) {
            reopen();
        }
        for (const Row& row : rows) {
            EXPECT_EQ(read(0, row.limit).size(), row.expected) << row.name << from_memory;
        }
    }
}

TEST_F(AppendTest, ServesTheNewestFromMemoryAndTheRestFromTheFileAlike) {
    settings.limits.recent_bytes_max = 4000;
    open();
    for (int index = 0; index < 200; ++index) {
        add("body " + std::to_string(index));
    }
    Seq after = 0;
    for (int index = 0; index < 200; ++index) {
        const std::vector<RecordPtr> records = read(after, {1, 1});
        ASSERT_EQ(records.size(), 1U);
        EXPECT_EQ(records[0]->body, "body " + std::to_string(index));
        after = records[0]->seq;
    }
}

TEST_F(AppendTest, WaitsForNews) {
    open();
    const std::chrono::milliseconds none{0};
    EXPECT_FALSE(journal->wait_beyond(0, none, {}));
    add("a");
    EXPECT_TRUE(journal->wait_beyond(0, none, {}));
    EXPECT_FALSE(journal->wait_beyond(1, none, {}));

    std::stop_source stop;
    auto stopped = std::async(std::launch::async, [&] {
        return journal->wait_beyond(1, std::chrono::hours(1), stop.get_token());
    });
    stop.request_stop();
    EXPECT_FALSE(stopped.get());

    auto woken = std::async(std::launch::async,
                            [&] { return journal->wait_beyond(1, std::chrono::hours(1), {}); });
    add("b");
    EXPECT_TRUE(woken.get());

    auto closed = std::async(std::launch::async,
                             [&] { return journal->wait_beyond(2, std::chrono::hours(1), {}); });
    journal->close();
    EXPECT_FALSE(closed.get());
}

TEST_F(AppendTest, ReadsWhileItIsWritten) {
    settings.limits.recent_bytes_max = 0;
    settings.checkpoint_bytes = 64 * 1024;
    settings.log_restart_bytes = 256 * 1024;
    open();
    auto writing = std::async(std::launch::async, [&] {
        for (int index = 0; index < 2000; index += 20) {
            std::vector<std::future<Result<Receipt>>> outcomes;
            for (int each = index; each < index + 20; ++each) {
                outcomes.push_back(append_later(*journal, timed(std::to_string(each))));
            }
            for (auto& outcome : outcomes) {
                EXPECT_TRUE(outcome.get());
            }
        }
    });
    Seq after = 0;
    while (after < 2000) {
        for (const RecordPtr& record : read(after)) {
            ASSERT_EQ(record->seq, after + 1);
            ASSERT_EQ(record->body, std::to_string(after));
            after = record->seq;
        }
    }
    writing.get();
}

TEST_F(AppendTest, TheWriterLetsGoWhenItComesRound) {
    open();
    for (int round = 0; round < 10; ++round) {
        auto thing = std::make_shared<const int>(round);
        const std::weak_ptr<const int> gone = thing;
        journal->let_go(std::move(thing));
        EXPECT_TRUE(eventually([&] { return gone.expired(); }));
    }
}

}  // namespace
}  // namespace verohook::journal::test
