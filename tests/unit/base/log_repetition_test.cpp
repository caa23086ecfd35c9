#include "base/log_repetition.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace verohook::log {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class RepetitionTest : public testing::Test {
protected:
    /// What is written when this is said; time stands still unless it is moved.
    void say(Level level, std::string message, std::string_view kind = {}) {
        Record record{.level = level, .message = std::move(message), .kind = kind};
        std::vector<Record> told;
        const bool is_new = repetition.admit(record, now, told);
        write(std::move(told));
        if (is_new) {
            written.push_back(record.message);
        }
    }
    void pass(seconds time) {
        now += time;
        write(repetition.due(now));
    }
    void write(std::vector<Record> records) {
        for (Record& each : records) {
            written.push_back(std::move(each.message));
        }
    }

    Repetition repetition;
    Repetition::Time now{seconds{1000}};
    std::vector<std::string> written;
};

TEST_F(RepetitionTest, TheSameSentenceIsToldOnceAndThenItsNumber) {
    for (int time = 0; time < 1205; ++time) {
        say(Level::warn, "the disk is slow");
    }
    EXPECT_THAT(written, ElementsAre("the disk is slow"));
    pass(seconds{9});
    EXPECT_THAT(written, ElementsAre("the disk is slow"));
    pass(seconds{1});
    EXPECT_THAT(written, ElementsAre("the disk is slow", "the disk is slow … 1,204 times more"));
    say(Level::warn, "the disk is slow");
    say(Level::warn, "the disk is slow");
    pass(Repetition::window);
    EXPECT_THAT(written, ElementsAre("the disk is slow", "the disk is slow … 1,204 times more",
                                     "the disk is slow", "the disk is slow … 1 time more"));
}

TEST_F(RepetitionTest, WhatWasSaidOnceIsNotToldAgain) {
    say(Level::error, "a");
    say(Level::error, "b");
    EXPECT_FALSE(repetition.next_due().has_value()) << "nobody has to wake up for it";
    pass(Repetition::window);
    EXPECT_THAT(written, ElementsAre("a", "b"));
}

TEST_F(RepetitionTest, TheCountComesBeforeTheSentenceIsSaidAgain) {
    say(Level::warn, "a");
    say(Level::warn, "a");
    now += Repetition::window;
    EXPECT_EQ(repetition.next_due(), now);
    say(Level::warn, "a");
    EXPECT_THAT(written, ElementsAre("a", "a … 1 time more", "a"));
}

TEST_F(RepetitionTest, OneKindHasManySentences) {
    say(Level::warn, "refused 192.0.2.1", "refused");
    say(Level::warn, "refused 192.0.2.2", "refused");
    say(Level::warn, "refused 192.0.2.3", "refused");
    say(Level::warn, "refused");
    pass(Repetition::window);
    EXPECT_THAT(written,
                ElementsAre("refused 192.0.2.1", "refused", "refused 192.0.2.3 … 2 times more"));
}

TEST_F(RepetitionTest, LevelsAreApartAndWhatWasDoneIsAlwaysTold) {
    say(Level::warn, "a");
    say(Level::error, "a");
    say(Level::debug, "a");
    for (int time = 0; time < 3; ++time) {
        say(Level::info, "files are reopened");
    }
    EXPECT_THAT(written, ElementsAre("a", "a", "a", "files are reopened", "files are reopened",
                                     "files are reopened"));
}

TEST_F(RepetitionTest, RemembersABoundedNumberOfKinds) {
    say(Level::warn, "the first");
    say(Level::warn, "the first");
    now += seconds{1};
    for (std::size_t kind = 1; kind < Repetition::kinds_max; ++kind) {
        say(Level::warn, std::to_string(kind));
    }
    EXPECT_EQ(written.size(), Repetition::kinds_max);
    say(Level::warn, "one too many");
    EXPECT_EQ(written[Repetition::kinds_max], "the first … 1 time more");
    EXPECT_EQ(written.back(), "one too many");
    say(Level::warn, "the first");
    EXPECT_EQ(written.back(), "the first") << "it was forgotten";
    now += seconds{1};
    for (int kind = 0; kind < 10'000; ++kind) {
        say(Level::warn, "x" + std::to_string(kind));
    }
    written.clear();
    pass(Repetition::window);
    EXPECT_THAT(written, IsEmpty());
    EXPECT_FALSE(repetition.next_due().has_value());
}

}  // namespace
}  // namespace verohook::log
