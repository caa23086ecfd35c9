#include "admin/inspector/stream.hpp"
#include "support/memory_journal.hpp"

#include <gtest/gtest.h>

#include <future>
#include <list>
#include <string>
#include <thread>
#include <utility>

namespace verohook::admin {
namespace {

class Asked final : public http::Exchange {
public:
    const http::RequestHead& head() const override { return head_; }
    std::string& body() override { return body_; }
    Timestamp received_at() const override { return {}; }
    void respond(http::Response response, http::Wake /*wake*/) override {
        answer_.set_value(std::move(response));
    }
    std::string wait() { return answer_.get_future().get().body; }

private:
    http::RequestHead head_;
    std::string body_;
    std::promise<http::Response> answer_;
};

TEST(EventStream, BoundsThoseThatWaitAndTakesOthersOnceTheyAreServed) {
    test::MemoryJournal journal;
    journal.add("{}");
    EventStream stream(journal);
    stream.start();
    std::list<Asked> asked(32);
    for (Asked& each : asked) {
        ASSERT_TRUE(stream.wait(each, 1, {}, false));
        // The thread has taken the first: those that it holds count, too.
        journal.wait_for_reader_at(1);
    }
    Asked too_many;
    EXPECT_FALSE(stream.wait(too_many, 1, {}, false));
    journal.add(R"({"type":"sent"})");
    for (Asked& each : asked) {
        EXPECT_NE(each.wait().find("id: 2\nevent: event\n"), std::string::npos);
    }
    Asked next;
    while (!stream.wait(next, 1, {}, false)) {
        std::this_thread::yield();
    }
    EXPECT_NE(next.wait().find("id: 2"), std::string::npos);
}

TEST(EventStream, LeavesAJournalThatCannotBeReadToTheNextQuestion) {
    test::MemoryJournal journal;
    journal.add(R"({"type":"sent"})");
    journal.fail_reads(1, {ErrorCode::unavailable, "the disk"});
    EventStream stream(journal);
    stream.start();
    Asked first;
    ASSERT_TRUE(stream.wait(first, 0, {}, false));
    EXPECT_EQ(first.wait(), "retry: 100\nid: 0\n\n");
    Asked second;
    ASSERT_TRUE(stream.wait(second, 0, {}, false));
    EXPECT_NE(second.wait().find("event: event"), std::string::npos);
}

}  // namespace
}  // namespace verohook::admin
