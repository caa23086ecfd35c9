#include "admin/silence.hpp"

#include "base/log.hpp"
#include "support/memory_journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace verohook::admin {
namespace {

using std::chrono::hours;
using testing::ElementsAre;
using testing::HasSubstr;

/// A clock that stands still, a journal, and what the log said of it.
class SilenceTest : public testing::Test, public Clock {
protected:
    SilenceTest() {
        log::set_output([this](const log::Record& record) {
            const std::lock_guard lock(mutex_);
            said_.push_back(record.message);
            changed_.notify_all();
        });
    }
    ~SilenceTest() override { log::set_output(nullptr); }

    [[nodiscard]] Timestamp now() const override { return Timestamp{hours{1000}}; }
    void webhook_came(hours ago) {
        journal.add("{}", "sent", journal::Kind::recognized, std::nullopt, now() - ago);
    }
    void test_event_came() {
        journal.add("{}", "verohook_test", journal::Kind::test, std::nullopt, now());
    }
    /// Waits until so much was said.
    std::vector<std::string> said(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return said_.size() >= count; });
        return said_;
    }

    test::MemoryJournal journal;

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> said_;
};

TEST_F(SilenceTest, CountsFromTheNewestWebhookOverARestart) {
    webhook_came(hours{30});
    webhook_came(hours{25});
    SilenceWatch watch(journal, *this, hours{24});
    watch.start();
    EXPECT_THAT(said(1), ElementsAre(HasSubstr("1970-02-10T15:00:00Z")));
    EXPECT_EQ(watch.silent_since(), now() - hours{25});
    webhook_came(hours{0});
    EXPECT_THAT(said(2), testing::Contains(HasSubstr("webhooks come again")));
    EXPECT_EQ(watch.silent_since(), std::nullopt);
    watch.stop();
    EXPECT_EQ(said(2).size(), 2U);
}

TEST_F(SilenceTest, ATestEventIsNoWebhook) {
    webhook_came(hours{25});
    for (int count = 0; count < 250; ++count) {
        test_event_came();
    }
    SilenceWatch watch(journal, *this, hours{24});
    EXPECT_EQ(watch.last_webhook(), now() - hours{25});
    watch.start();
    EXPECT_THAT(said(1), ElementsAre(HasSubstr("1970-02-10T15:00:00Z")));
    test_event_came();
    webhook_came(hours{0});
    EXPECT_THAT(said(2), testing::Contains(HasSubstr("webhooks come again")));
    test_event_came();
    EXPECT_EQ(watch.last_webhook(), now());
    watch.stop();
}

TEST_F(SilenceTest, TestEventsAloneAreNone) {
    test_event_came();
    SilenceWatch watch(journal, *this, hours{24});
    EXPECT_EQ(watch.last_webhook(), std::nullopt);
}

TEST_F(SilenceTest, BeyondVeryManyTestEventsThePlaceIsAnEarlyOneOfThem) {
    webhook_came(hours{25});
    journal.add("{}", "verohook_test", journal::Kind::test, std::nullopt, now() - hours{20});
    for (int count = 0; count < 100'000; ++count) {
        test_event_came();
    }
    LastEvent last(journal);
    ASSERT_TRUE(last.find());
    EXPECT_LT(last.find()->seq, 200U);
    webhook_came(hours{0});
    EXPECT_EQ(last.find(), (LastEvent::Place{100'003, now()}));
}

TEST_F(SilenceTest, WhatCannotBeReadIsAskedForOnceMore) {
    webhook_came(hours{3});
    LastEvent last(journal);
    journal.fail_reads(1, {ErrorCode::unavailable, "the disk is away"});
    EXPECT_EQ(last.find(), std::nullopt);
    EXPECT_EQ(last.find(), (LastEvent::Place{1, now() - hours{3}}));
}

TEST_F(SilenceTest, StartsCountingAtTheStartWhereThereIsNothing) {
    SilenceWatch watch(journal, *this, hours{24});
    watch.start();
    watch.stop();
    EXPECT_EQ(watch.silent_since(), std::nullopt);
    EXPECT_TRUE(said(0).empty());
}

TEST_F(SilenceTest, IsQuietWhereNobodyAsked) {
    webhook_came(hours{900});
    SilenceWatch watch(journal, *this, hours{0});
    watch.start();
    watch.stop();
    EXPECT_EQ(watch.silent_since(), std::nullopt);
}

}  // namespace
}  // namespace verohook::admin
