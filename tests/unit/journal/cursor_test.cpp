#include "unit/journal/journal_fixture.hpp"

#include <sqlite3.h>

namespace verohook::journal::test {
namespace {

class CursorTest : public JournalTest {
protected:
    Seq position(const std::string& sink, From from = From::beginning) {
        const Result<Seq> seq = journal->open_cursor(sink, from);
        EXPECT_TRUE(seq) << seq.error().message;
        return seq ? *seq : 0;
    }
    /// The rows of a query on the closed file, columns joined by `|`.
    std::vector<std::string> rows(const char* sql) {
        sqlite3* database = nullptr;
        EXPECT_EQ(sqlite3_open(file().c_str(), &database), SQLITE_OK);
        std::vector<std::string> found;
        const auto collect = [](void* out, int count, char** values, char**) {
            std::string line;
            for (int at = 0; at < count; ++at) {
                line += (at == 0 ? "" : "|") + std::string(values[at] ? values[at] : "NULL");
            }
            static_cast<std::vector<std::string>*>(out)->push_back(line);
            return 0;
        };
        EXPECT_EQ(sqlite3_exec(database, sql, collect, &found, nullptr), SQLITE_OK);
        sqlite3_close(database);
        return found;
    }
};

TEST_F(CursorTest, StartsWhereItIsTold) {
    open();
    EXPECT_EQ(position("early"), 0U);
    add("a");
    add("b");
    EXPECT_EQ(position("all", From::beginning), 0U);
    EXPECT_EQ(position("new", From::now), 2U);
    EXPECT_EQ(position("new", From::beginning), 2U);  // Known already.
    reopen();
    add("c");
    EXPECT_EQ(position("new", From::now), 2U);
    EXPECT_EQ(position("all", From::now), 0U);
}

TEST_F(CursorTest, KeepsPositionsAcrossARestart) {
    open();
    position("s");
    for (const char* body : {"a", "b", "c"}) {
        add(body);
    }
    journal->commit_position("s", {2, {}});
    reopen();
    EXPECT_EQ(position("s"), 2U);
}

TEST_F(CursorTest, PositionsReachTheDiskByThemselves) {
    open();
    position("s");
    add("a");
    const std::uint64_t commits = journal->health().commits;
    journal->commit_position("s", {1, {}});
    EXPECT_TRUE(eventually([&] { return journal->health().commits > commits; }));
}

// A target that was restored from a backup holds less than was noted.
TEST_F(CursorTest, GoesBackWhenItIsToldTo) {
    open();
    position("s");
    add("a");
    add("b");
    journal->commit_position("s", {2, {}});
    journal->commit_position("s", {1, {}});
    reopen();
    EXPECT_EQ(position("s"), 1U);
}

TEST_F(CursorTest, DeadLettersKeepTheRecordAndTheReason) {
    open();
    position("s");
    add("a");
    add("poison");
    const Timestamp at(std::chrono::microseconds(42));
    journal->commit_position("s", {2, {{2, "too big", at}, {77, "not there", at}}});
    close();
    EXPECT_THAT(
        rows("SELECT sink, seq, reason, at, body, remote FROM dead_letter ORDER BY seq"),
        ::testing::ElementsAre("s|2|too big|42|poison|192.0.2.1", "s|77|not there|42|NULL|NULL"));
    EXPECT_THAT(rows("SELECT sink, seq FROM cursor"), ::testing::ElementsAre("s|2"));
}

TEST_F(CursorTest, AfterTheEndItIsRefused) {
    open();
    journal->close();
    const Result<Seq> late = journal->open_cursor("s", From::now);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::stopping);
}

}  // namespace
}  // namespace verohook::journal::test
