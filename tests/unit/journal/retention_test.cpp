#include "unit/journal/journal_fixture.hpp"

namespace verohook::journal::test {
namespace {

using ::testing::HasSubstr;

class RetentionTest : public JournalTest {
protected:
    void add_many(int count, std::size_t bytes = 2000) {
        for (int index = 0; index < count; ++index) {
            const Result<Receipt> outcome =
                append(*journal, untimed(std::string(bytes, static_cast<char>('a' + index % 26))));
            if (!outcome) {
                EXPECT_EQ(outcome.error().code, ErrorCode::full);
                return;
            }
        }
    }
    [[nodiscard]] bool removed_up_to(Seq seq) {
        return eventually([&] { return journal->health().oldest == seq + 1; });
    }
};

TEST_F(RetentionTest, RemovesByAge) {
    settings.limits.retention_age_max = std::chrono::hours(24);
    open();
    add_many(10);
    clock.advance(std::chrono::hours(25));
    add_many(1);
    EXPECT_TRUE(removed_up_to(10));
    EXPECT_EQ(read(0).front()->seq, 11U);
    reopen();
    EXPECT_EQ(journal->health().oldest, 11U);
    EXPECT_EQ(journal->newest(), 11U);
}

TEST_F(RetentionTest, TheNewestStaysSoThatNumbersGoOn) {
    settings.limits.retention_age_max = std::chrono::hours(24);
    open();
    add_many(3);
    clock.advance(std::chrono::hours(2500));
    reopen();
    EXPECT_TRUE(removed_up_to(2));
    reopen();
    EXPECT_EQ(add("next").seq, 4U);
}

TEST_F(RetentionTest, ZeroAgeIsNoBound) {
    settings.limits.retention_age_max = std::chrono::milliseconds(0);
    open();
    add_many(3);
    clock.advance(std::chrono::hours(24 * 3650));
    add_many(3);
    EXPECT_EQ(journal->health().oldest, 1U);
}

TEST_F(RetentionTest, RemovesBySize) {
    settings.limits.retention_bytes_max = 400'000;
    open();
    add_many(1000);
    EXPECT_EQ(journal->newest(), 1000U);
    EXPECT_TRUE(eventually([&] { return journal->health().used_bytes <= 400'000; }));
    EXPECT_GT(journal->health().oldest, 700U);
    // Counted in the same way at the start, and by a command.
    const std::uint64_t used = journal->health().used_bytes;
    EXPECT_GT(used, 300'000U);
    EXPECT_EQ((*open_journal_reader(settings.directory))->health()->used_bytes, used);
    reopen();
    EXPECT_EQ(journal->health().used_bytes, used);
    EXPECT_TRUE(journal->health().writable);
    // Pages are used again: the file does not grow for ever.
    close();
    EXPECT_LT(std::filesystem::file_size(file()), 1'000'000U);
}

TEST_F(RetentionTest, NeverTheUndelivered) {
    settings.limits.retention_age_max = std::chrono::hours(1);
    open();
    ASSERT_TRUE(journal->open_cursor("slow", From::beginning));
    ASSERT_TRUE(journal->open_cursor("quick", From::beginning));
    add_many(20);
    journal->commit_position("quick", {20, {}});
    journal->commit_position("slow", {7, {}});
    clock.advance(std::chrono::hours(2));
    add_many(1);
    EXPECT_TRUE(removed_up_to(7));
    // A sink that is not open yet after a restart holds back too, until appends begin.
    reopen();
    ASSERT_TRUE(journal->open_cursor("quick", From::beginning));
    journal->commit_position("quick", {21, {}});
    ASSERT_TRUE(journal->open_cursor("another", From::now));
    EXPECT_EQ(journal->health().oldest, 8U);
    // Not opened by then: it was taken out of the configuration.
    clock.advance(std::chrono::hours(2));
    add_many(1);
    EXPECT_TRUE(removed_up_to(21));
}

TEST_F(RetentionTest, FullIsToldAndGoesAwayByItself) {
    settings.limits.retention_bytes_max = 400'000;
    open();
    ASSERT_TRUE(journal->open_cursor("stuck", From::beginning));
    add_many(1000);
    EXPECT_LT(journal->newest(), 300U);
    const Result<Receipt> refused = append(*journal, timed("x"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::full);
    EXPECT_THAT(refused.error().message, HasSubstr("sink 'stuck' has delivered 0 of"));
    EXPECT_FALSE(journal->health().writable);
    EXPECT_EQ(journal->health().problem, refused.error().message);

    journal->commit_position("stuck", {journal->newest(), {}});
    ASSERT_TRUE(eventually([&] { return journal->health().writable; }));
    EXPECT_TRUE(journal->health().problem.empty());
    EXPECT_TRUE(append(*journal, timed("x")));
}

TEST_F(RetentionTest, FullGoesAwayWhereTheLimitIsRaisedOrTheSinkRemoved) {
    settings.limits.retention_bytes_max = 400'000;
    open();
    ASSERT_TRUE(journal->open_cursor("stuck", From::beginning));
    add_many(1000);
    ASSERT_FALSE(journal->health().writable);
    JournalLimits limits = settings.limits;
    limits.retention_bytes_max = 800'000;
    journal->set_limits(limits);
    ASSERT_TRUE(eventually([&] { return journal->health().writable; }));
    const Seq before = journal->newest();
    add_many(1000);
    EXPECT_GT(journal->newest(), before + 100);
    ASSERT_FALSE(journal->health().writable);

    journal->release_cursor("stuck");
    ASSERT_TRUE(eventually([&] { return journal->health().writable; }));
    EXPECT_TRUE(append(*journal, timed("x")));
    EXPECT_EQ(journal->positions().at("stuck"), 0U);
    // What retention has removed meanwhile is gone for a sink that comes back.
    EXPECT_EQ(*journal->open_cursor("stuck", From::beginning), 0U);
}

TEST_F(RetentionTest, AnAgeThatIsLoweredHoldsFromThenOn) {
    settings.limits.retention_age_max = std::chrono::hours(24);
    open();
    add_many(10);
    clock.advance(std::chrono::hours(2));
    add_many(1);
    EXPECT_EQ(journal->health().oldest, 1U);
    JournalLimits limits = settings.limits;
    limits.retention_age_max = std::chrono::hours(1);
    journal->set_limits(limits);
    EXPECT_TRUE(removed_up_to(10));
}

TEST_F(RetentionTest, OneHugeEventIsKeptAndRefusesNothingForLong) {
    settings.limits.retention_bytes_max = 100'000;
    open();
    ASSERT_TRUE(journal->open_cursor("s", From::beginning));
    add_many(1, 500'000);
    EXPECT_EQ(append(*journal, timed("x")).error().code, ErrorCode::full);
    journal->commit_position("s", {1, {}});
    ASSERT_TRUE(eventually([&] { return journal->health().writable; }));
    EXPECT_EQ(read(0).size(), 1U);
    EXPECT_EQ(add("y").seq, 2U);
    EXPECT_TRUE(removed_up_to(1));
}

TEST_F(RetentionTest, TheDuplicateWindowAndDeadLettersDoNotCount) {
    settings.limits.retention_bytes_max = 200'000;
    open();
    ASSERT_TRUE(journal->open_cursor("s", From::beginning));
    constexpr Seq count = 20'000;  // 640 KB of the window.
    std::vector<std::future<Result<Receipt>>> outcomes;
    for (Seq seq = 1; seq <= count; ++seq) {
        outcomes.push_back(append_later(*journal, timed(std::to_string(seq))));
        if (seq % 500 == 0) {
            for (auto& outcome : std::exchange(outcomes, {})) {
                ASSERT_TRUE(outcome.get());
            }
            journal->commit_position("s", {seq, {{seq, std::string(2000, '.'), clock.now()}}});
            ASSERT_TRUE(eventually([&] { return journal->health().writable; }));
        }
    }
    EXPECT_EQ(journal->newest(), count);
    EXPECT_TRUE(eventually([&] { return journal->health().used_bytes <= 200'000; }));
    EXPECT_EQ(add("17").duplicate_of, Seq{17});
}

}  // namespace
}  // namespace verohook::journal::test
