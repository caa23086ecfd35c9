#include "app/log_queue.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace verohook::app {
namespace {

class LogQueueTest : public testing::Test {
protected:
    void warn(const std::string& message) {
        queue.put({.level = log::Level::warn, .message = message});
    }
    void request() { queue.put({.message = "request", .is_access = true}); }
    [[nodiscard]] std::vector<std::string> taken() {
        std::vector<std::string> messages;
        for (const TimedRecord& each : queue.take().records) {
            messages.push_back(each.record.message);
        }
        return messages;
    }

    LogQueue::Time now;
    log::Counts counts;
    LogQueue queue{counts, [this] { return now; }};
};

TEST_F(LogQueueTest, TellsWhatWasRepeatedThoughRecordsNeverEndToCome) {
    using Messages = std::vector<std::string>;
    warn("the disk is slow");
    warn("the disk is slow");
    request();
    EXPECT_EQ(taken(), (Messages{"the disk is slow", "request"}));
    now += log::Repetition::window / 2;
    request();
    EXPECT_EQ(taken(), (Messages{"request"}));
    now += log::Repetition::window / 2;
    request();
    EXPECT_EQ(taken(), (Messages{"request", "the disk is slow … 1 time more"}));
    request();
    EXPECT_EQ(taken(), (Messages{"request"}));
}

TEST_F(LogQueueTest, TellsAtItsEndWhatWasRepeated) {
    warn("the disk is slow");
    warn("the disk is slow");
    queue.close();
    EXPECT_EQ(taken(),
              (std::vector<std::string>{"the disk is slow", "the disk is slow … 1 time more"}));
}

}  // namespace
}  // namespace verohook::app
