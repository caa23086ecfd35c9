#include "unit/journal/journal_fixture.hpp"

namespace verohook::journal::test {
namespace {

using testing::ElementsAre;
using testing::Pair;

class LettersTest : public JournalTest {
protected:
    void SetUp() override {
        open();
        ASSERT_TRUE(journal->open_cursor("s", From::beginning));
        for (const char* body : {"a", "b", "c", "d"}) {
            add(body);
        }
        change({{{1, "no", clock.now()}, {2, "never", clock.now()}, {4, "no", clock.now()}}, {}});
    }
    void change(LetterChange letters) {
        const auto changed = journal->change_letters("s", std::move(letters));
        ASSERT_TRUE(changed) << changed.error().message;
    }
    [[nodiscard]] static std::vector<std::string> texts(
        const Result<std::vector<StoredLetter>>& letters) {
        std::vector<std::string> found;
        EXPECT_TRUE(letters) << letters.error().message;
        for (const StoredLetter& letter : *letters) {
            found.push_back(std::to_string(letter.seq) + " " + letter.reason + " " +
                            (letter.record ? letter.record->body : "gone"));
        }
        return found;
    }
};

TEST_F(LettersTest, AreOnTheDiskWhenTheChangeReturns) {
    EXPECT_THAT(texts(journal->letters("s", 0, {})), ElementsAre("1 no a", "2 never b", "4 no d"));
    EXPECT_THAT(texts(journal->letters("s", 1, {.records_max = 1})), ElementsAre("2 never b"));
    EXPECT_THAT(texts(journal->letters("other", 0, {})), ElementsAre());
    change({{{2, "still not", clock.now()}}, {1, 3}});
    const auto reader = open_journal_reader(settings.directory);
    ASSERT_TRUE(reader);
    EXPECT_THAT(texts((*reader)->letters("s", 0, {})), ElementsAre("2 still not b", "4 no d"));
    EXPECT_THAT(*(*reader)->letter_counts(), ElementsAre(Pair("s", 2U)));
    EXPECT_THAT(*(*reader)->positions(), ElementsAre(Pair("s", 0U)));
    EXPECT_EQ((*reader)->health()->newest, 4U);
    EXPECT_EQ((*reader)->health()->oldest, 1U);
    EXPECT_GT((*reader)->health()->used_bytes, 0U);
}

TEST_F(LettersTest, KeepTheirCopyWhenRetentionHasRemovedTheRecord) {
    settings.limits.retention_age_max = std::chrono::hours{1};
    clock.advance(std::chrono::hours{2});
    reopen();
    add("e");
    ASSERT_TRUE(eventually([&] { return journal->health().oldest == 5; }));
    change({{{2, "still not", clock.now()}, {3, "too late", clock.now()}}, {}});
    EXPECT_THAT(texts(journal->letters("s", 0, {})),
                ElementsAre("1 no a", "2 still not b", "3 too late gone", "4 no d"));
}

TEST_F(LettersTest, TheNewestOfEachSinkAreKept) {
    settings.limits.dead_letters_max = 2;
    reopen();
    ASSERT_TRUE(journal->open_cursor("t", From::beginning));
    // What was there before the limit was lower stays until there is more.
    EXPECT_THAT(*journal->letter_counts(), ElementsAre(Pair("s", 3U)));
    change({{{3, "no", clock.now()}}, {}});
    EXPECT_THAT(texts(journal->letters("s", 0, {})), ElementsAre("3 no c", "4 no d"));
    journal->commit_position("t", {4, {{1, "a", {}}, {2, "b", {}}, {3, "c", {}}, {4, "d", {}}}});
    reopen();
    EXPECT_THAT(texts(journal->letters("t", 0, {})), ElementsAre("3 c c", "4 d d"));
    EXPECT_THAT(*journal->letter_counts(), ElementsAre(Pair("s", 2U), Pair("t", 2U)));
}

TEST_F(LettersTest, OfSinksThatAreNotOpenCanBeChangedToo) {
    reopen();
    change({{}, {1, 2, 4}});
    EXPECT_THAT(*journal->letter_counts(), ElementsAre());
    EXPECT_THAT(journal->positions(), ElementsAre(Pair("s", 0U)));
    journal->close();
    EXPECT_EQ(journal->change_letters("s", {{}, {1}}).error().code, ErrorCode::stopping);
}

TEST_F(LettersTest, TheJournalFindsThePlaceOfAMoment) {
    const Timestamp first = clock.now();
    clock.advance(std::chrono::seconds{10});
    add("late");
    EXPECT_EQ(*journal->last_before(first), 0U);
    EXPECT_EQ(*journal->last_before(clock.now()), 4U);
    EXPECT_EQ(*journal->last_before(clock.now() + std::chrono::seconds{1}), 5U);
}

}  // namespace
}  // namespace verohook::journal::test
