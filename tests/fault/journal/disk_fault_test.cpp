#include "fault/journal/disk_fixture.hpp"

namespace verohook::journal::test {
namespace {

using ::testing::HasSubstr;

TEST_F(DiskFaultTest, ManyAppendsBecomeOneCommitWithOneSync) {
    open();
    add("first");
    const std::uint64_t syncs = disk.log_syncs();
    disk.hold();
    std::vector<std::future<Result<Receipt>>> outcomes;
    outcomes.push_back(append_later(*journal, timed("alone")));
    disk.wait_until_held();
    for (int index = 0; index < 99; ++index) {
        outcomes.push_back(append_later(*journal, timed(std::to_string(index))));
    }
    EXPECT_EQ(journal->newest(), 1U);
    EXPECT_TRUE(read(1).empty());
    EXPECT_EQ(outcomes[0].wait_for(std::chrono::seconds(0)), std::future_status::timeout);
    disk.release();
    for (auto& outcome : outcomes) {
        EXPECT_TRUE(outcome.get());
    }
    EXPECT_EQ(disk.log_syncs(), syncs + 2);
    EXPECT_EQ(journal->newest(), 101U);
}

TEST_F(DiskFaultTest, QueueIsBoundedInRequestsAndBytes) {
    struct Row {
        const char* name;
        std::size_t requests_max;
        std::size_t bytes_max;
        int taken;
    };
    for (const Row& row : {Row{"requests", 5, 1'000'000, 5}, Row{"bytes", 100, 35'000, 3}}) {
        settings.limits.queue_requests_max = row.requests_max;
        settings.limits.queue_bytes_max = row.bytes_max;
        reopen();
        disk.hold();
        auto held = append_later(*journal, timed(row.name));
        disk.wait_until_held();
        std::vector<std::future<Result<Receipt>>> outcomes;
        for (int index = 0; index < 10; ++index) {
            outcomes.push_back(append_later(*journal, timed(std::string(10'000, 'x'))));
        }
        EXPECT_EQ(journal->health().queued, static_cast<std::size_t>(row.taken)) << row.name;
        disk.release();
        EXPECT_TRUE(held.get());
        int taken = 0;
        for (auto& outcome : outcomes) {
            const Result<Receipt> result = outcome.get();
            taken += result ? 1 : 0;
            EXPECT_TRUE(result || result.error().code == ErrorCode::full);
        }
        EXPECT_EQ(taken, row.taken) << row.name;
    }
}

TEST_F(DiskFaultTest, AFailedSyncIsToldRefusedAndRecoveredFrom) {
    open();
    insist("before");
    const std::uint64_t failures = journal->health().failures;
    disk.fail(Call::sync, Failure::io_error, 0, 1'000'000);
    const Result<Receipt> outcome = append(*journal, untimed("lost"));
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ErrorCode::unavailable);
    EXPECT_THAT(outcome.error().message, HasSubstr("a sync failed: Input/output error"));
    const Health health = journal->health();
    EXPECT_FALSE(health.writable);
    EXPECT_THAT(health.problem, HasSubstr("sync"));
    EXPECT_EQ(health.failures, failures + 1);
    EXPECT_EQ(append(*journal, untimed("refused")).error().code, ErrorCode::unavailable);
    // What is there can be read all the while, from memory and from the file.
    EXPECT_EQ(bodies(read(0)), acknowledged);
    disk.heal();
    ASSERT_TRUE(eventually([&] { return journal->health().writable; }));
    insist("after");
    expect_all(*journal, "");
    expect_survives_power_cut("");
}

TEST_F(DiskFaultTest, AFullDiskIsToldInWords) {
    open();
    disk.fail(Call::write, Failure::no_space, 0, 1'000'000);
    const Result<Receipt> outcome = append(*journal, untimed("x"));
    ASSERT_FALSE(outcome);
    EXPECT_THAT(outcome.error().message, HasSubstr("disk is full"));
    EXPECT_THAT(outcome.error().message, HasSubstr("free some space"));
    disk.heal();
    ASSERT_TRUE(eventually([&] { return journal->health().writable; }));
    insist("x");
    expect_all(*journal, "");
}

TEST_F(DiskFaultTest, CanBeClosedWhileTheDiskIsBroken) {
    open();
    insist("kept");
    disk.fail(Call::sync, Failure::io_error, 0, 1'000'000);
    EXPECT_FALSE(append(*journal, untimed("lost")));
    close();
    disk.heal();
    open();
    expect_all(*journal, "");
}

TEST_F(DiskFaultTest, PositionsAndDeadLettersOutliveAFailedCommit) {
    open();
    ASSERT_TRUE(journal->open_cursor("s", From::beginning));
    insist("a");
    insist("b");
    disk.fail(Call::sync, Failure::io_error, 0, 1);
    journal->commit_position("s", {1, {{1, "poison", Timestamp()}}});
    EXPECT_TRUE(eventually([&] { return journal->health().failures == 1; }));
    reopen();
    EXPECT_EQ(*journal->open_cursor("s", From::beginning), 1U);
    const auto letters = journal->letters("s", 0, {});
    ASSERT_TRUE(letters) << letters.error().message;
    ASSERT_EQ(letters->size(), 1U);
    EXPECT_EQ(letters->front().reason, "poison");
    ASSERT_NE(letters->front().record, nullptr);
    EXPECT_EQ(letters->front().record->body, "a");
}

TEST_F(DiskFaultTest, OpeningASinkFailsWhileTheDiskDoes) {
    open();
    disk.fail(Call::sync, Failure::io_error, 0, 1'000'000);
    const Result<Seq> refused = journal->open_cursor("s", From::now);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
    disk.heal();
    ASSERT_TRUE(eventually([&] { return journal->health().writable; }));
    EXPECT_TRUE(journal->open_cursor("s", From::now));
}

TEST_F(DiskFaultTest, TheWindowForgetsWhatAFailedCommitHadAdded) {
    open();
    add("a");
    disk.fail(Call::sync, Failure::io_error, 0, 1);
    EXPECT_FALSE(append(*journal, timed("b")));
    ASSERT_TRUE(eventually([&] { return journal->health().writable; }));
    EXPECT_EQ(add("b").duplicate_of, std::nullopt);
    EXPECT_EQ(add("b").duplicate_of, Seq{2});
    EXPECT_EQ(add("a").duplicate_of, Seq{1});
}

/// The process dies between a failed sync and its repair. Memory shows the record whole, the disk
/// never got it, and nothing may be built on it.
TEST_F(DiskFaultTest, ACrashRightAfterAFailedSyncDoesNotPoisonWhatFollows) {
    open();
    insist("before");
    disk.fail(Call::sync, Failure::io_error, 0, 1'000'000);
    disk.fail(Call::truncate, Failure::io_error, 0, 1'000'000);
    EXPECT_FALSE(append(*journal, untimed("in memory alone")));
    // It could repair nothing, so its files are what a killed process leaves.
    close();
    disk.heal();
    open();
    // Whether the one that was never acknowledged is there is left open; here memory has kept it.
    acknowledged = bodies(read(0));
    ASSERT_EQ(acknowledged.size(), 2U);
    for (const char* body : {"x", "y", "z"}) {
        insist(body);
        expect_survives_power_cut(body);
    }
}

TEST_F(DiskFaultTest, ADuplicateCheckThatCannotReadFailsTheCommitAndRecovers) {
    open();
    for (int index = 0; index < 200; ++index) {
        add(std::to_string(index));
    }
    reopen();
    for (std::uint64_t number = 0; number < 20; ++number) {
        disk.fail(Call::read, Failure::io_error, number);
        const Result<Receipt> outcome = append(*journal, timed("5"));
        if (outcome) {
            EXPECT_EQ(outcome->duplicate_of, Seq{6});
        }
        ASSERT_TRUE(eventually([&] { return journal->health().writable; }));
    }
    disk.heal();
    EXPECT_EQ(add("5").duplicate_of, Seq{6});
}

struct MatrixRow {
    const char* name;
    Call call;
    Failure how;
    std::uint64_t count;
    bool from_the_start;
};

std::ostream& operator<<(std::ostream& out, const MatrixRow& row) {
    return out << row.name;
}

/// Makes the n-th call fail, for n = 0, 1, 2 … until none fails any more.
class FailMatrix : public DiskFaultTest, public ::testing::WithParamInterface<MatrixRow> {
public:
    bool anything_failed = false;

    void open_in_spite_of_failures() {
        settings.directory = folder.path() / "state";
        auto opened = open_sqlite_journal(settings, clock);
        for (int tries = 0; !opened && tries < 10; ++tries) {
            ASSERT_EQ(opened.error().code, ErrorCode::unavailable) << opened.error().message;
            opened = open_sqlite_journal(settings, clock);
        }
        ASSERT_TRUE(opened) << opened.error().message;
        journal = std::move(*opened);
    }
    void run(const MatrixRow& row, std::uint64_t number) {
        if (!row.from_the_start) {
            open();
        }
        disk.fail(row.call, row.how, number, row.count);
        if (row.from_the_start) {
            open_in_spite_of_failures();
        }
        insist_many(8);
        const std::string what = std::string(row.name) + " " + std::to_string(number) + ": ";
        anything_failed = disk.failed() != 0;
        disk.heal();
        expect_all(*journal, what);
        expect_survives_power_cut(what);
        close();
        expect_survives_power_cut(what + "closed, ");
        open();
        expect_all(*journal, what + "reopened, ");
        insist_many(1);
        expect_survives_power_cut(what + "reopened, ");
    }
};

TEST_P(FailMatrix, NothingAcknowledgedIsLost) {
    settings.checkpoint_bytes = 40'000;
    settings.log_restart_bytes = 120'000;
    settings.limits.recent_bytes_max = 10'000;
    const MatrixRow& row = GetParam();
    std::uint64_t number = 0;
    for (;; ++number) {
        std::filesystem::remove_all(folder.path() / "state");
        disk.forget();
        acknowledged.clear();
        ASSERT_NO_FATAL_FAILURE(run(row, number));
        close();
        if (!anything_failed || HasFailure()) {
            break;
        }
    }
    EXPECT_GT(number, 0U) << "the matrix made nothing fail";
}

INSTANTIATE_TEST_SUITE_P(
    Calls, FailMatrix,
    ::testing::Values(MatrixRow{"sync", Call::sync, Failure::io_error, 1, false},
                      MatrixRow{"syncs", Call::sync, Failure::io_error, 3, false},
                      MatrixRow{"write", Call::write, Failure::io_error, 1, false},
                      MatrixRow{"torn", Call::write, Failure::torn_write, 1, false},
                      MatrixRow{"full", Call::write, Failure::no_space, 2, false},
                      MatrixRow{"read", Call::read, Failure::io_error, 1, false},
                      MatrixRow{"open", Call::open, Failure::io_error, 1, false},
                      MatrixRow{"start_sync", Call::sync, Failure::io_error, 1, true},
                      MatrixRow{"start_write", Call::write, Failure::torn_write, 1, true},
                      MatrixRow{"start_read", Call::read, Failure::io_error, 1, true},
                      MatrixRow{"start_open", Call::open, Failure::io_error, 1, true}),
    [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace verohook::journal::test
