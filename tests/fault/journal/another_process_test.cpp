#include "fault/journal/disk_fixture.hpp"

namespace verohook::journal::test {
namespace {

using ::testing::HasSubstr;

/// Somebody else who has opened the file, has read, and keeps it open.
class Stranger {
public:
    Stranger(const std::filesystem::path& file, const std::string& vfs) {
        EXPECT_EQ(sqlite3_open_v2(file.c_str(), &database_, SQLITE_OPEN_READWRITE, vfs.c_str()),
                  SQLITE_OK);
        sqlite3_db_config(database_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        execute("SELECT max(first) FROM block");
    }
    ~Stranger() { sqlite3_close(database_); }
    Stranger(const Stranger&) = delete;
    Stranger& operator=(const Stranger&) = delete;

    /// Holds on to what is there now, so that a checkpoint cannot copy the whole log.
    void pin() { execute("BEGIN; SELECT max(first) FROM block"); }
    void let_go() { execute("COMMIT"); }

private:
    void execute(const char* sql) {
        EXPECT_EQ(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    }
    sqlite3* database_ = nullptr;
};

// SQLite does not sync what a partial checkpoint has written, and never copies it again. When the
// sync of a later one fails, the log has to be copied from its beginning.
class PartialCheckpointTest : public DiskFaultTest {
public:
    void SetUp() override {
        DiskFaultTest::SetUp();
        settings.checkpoint_bytes = 200'000;
        settings.log_restart_bytes = 400'000;
        open();
        insist_many(5);
        stranger = std::make_unique<Stranger>(file(), disk.name());
        // It comes before the first checkpoint, which is partial then and copies pages that no
        // later append touches.
        stranger->pin();
        insist_many(12);
    }
    /// Nothing is appended, so the next checkpoint copies the log to its end and syncs the
    /// database: that fails, `count` times.
    void fail_next_checkpoint(std::uint64_t count) {
        disk.fail(Call::database_sync, Failure::io_error, 0, count);
        stranger->let_go();
        ASSERT_TRUE(eventually([&] { return disk.failed() > 0; }));
        ASSERT_TRUE(eventually([&] { return !journal->health().writable; }));
    }
    /// What comes overwrites the log.
    void go_on() {
        ASSERT_TRUE(eventually([&] { return journal->health().writable; }));
        insist_many(3);
        expect_survives_power_cut("");
    }

    std::unique_ptr<Stranger> stranger;
};

TEST_F(PartialCheckpointTest, IsNotBelievedAfterAFailedSync) {
    fail_next_checkpoint(1);
    stranger.reset();
    go_on();
}

// SQLite's shared memory, with its belief in the partial checkpoint, lives as long as any process
// has the file open.
TEST_F(PartialCheckpointTest, IsNotBelievedBesideAnotherProcessEither) {
    fail_next_checkpoint(1);
    EXPECT_TRUE(eventually([&] {
        return journal->health().problem.find("another process is using the file") !=
               std::string::npos;
    }));
    EXPECT_EQ(append(*journal, untimed("refused")).error().code, ErrorCode::unavailable);
    stranger.reset();
    go_on();
}

TEST_F(PartialCheckpointTest, IsNotBelievedAtTheNextStart) {
    fail_next_checkpoint(1'000'000);
    close();
    disk.heal();
    const auto refused = open_sqlite_journal(settings, clock);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
    EXPECT_THAT(refused.error().message, HasSubstr("another process is using the file"));
    stranger.reset();
    open();
    go_on();
}

TEST_F(DiskFaultTest, AnotherProcessDoesNotStopTheStartAfterACleanStop) {
    open();
    insist("a");
    const Stranger stranger(file(), disk.name());
    reopen();
    insist("b");
    expect_survives_power_cut("");
}

// A command may stand still for hours, before a pager or for new events.
TEST_F(DiskFaultTest, AJournalReaderHasNothingOpenBetweenItsCalls) {
    open();
    insist("a");
    const auto reader = open_journal_reader(folder.path() / "state");
    ASSERT_TRUE(reader) << reader.error().message;
    EXPECT_EQ(*(*reader)->newest(), 1U);
    disk.fail(Call::sync, Failure::io_error, 0, 1);
    EXPECT_FALSE(append(*journal, untimed("lost")));
    ASSERT_TRUE(eventually([&] { return journal->health().writable; }));
    insist("b");
    EXPECT_EQ(bodies(*(*reader)->read(0, {})), acknowledged);
}

}  // namespace
}  // namespace verohook::journal::test
