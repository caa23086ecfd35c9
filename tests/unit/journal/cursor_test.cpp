#include "unit/journal/journal_fixture.hpp"

namespace verohook::journal::test {
namespace {

class CursorTest : public JournalTest {
protected:
    Seq position(const std::string& sink, From from = From::beginning) {
        const Result<Seq> seq = journal->open_cursor(sink, from);
        EXPECT_TRUE(seq) << seq.error().message;
        return seq ? *seq : 0;
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
    reopen();
    const auto letters = journal->letters("s", 0, {});
    ASSERT_TRUE(letters) << letters.error().message;
    ASSERT_EQ(letters->size(), 2U);
    const StoredLetter& kept = letters->front();
    EXPECT_EQ(kept.seq, 2U);
    EXPECT_EQ(kept.reason, "too big");
    EXPECT_EQ(kept.at, at);
    ASSERT_NE(kept.record, nullptr);
    EXPECT_EQ(kept.record->body, "poison");
    EXPECT_EQ(kept.record->remote, "192.0.2.1");
    EXPECT_EQ(letters->back().seq, 77U);
    EXPECT_EQ(letters->back().reason, "not there");
    EXPECT_EQ(letters->back().record, nullptr);
    EXPECT_THAT(journal->positions(), ::testing::ElementsAre(::testing::Pair("s", Seq{2})));
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
