#include "admin/forgetting.hpp"

#include "admin/forget_sinks.hpp"
#include "admin/unfinished.hpp"
#include "support/memory_journal.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace verohook::admin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(ForgettingTest, OneBeginsWhileAnotherEnds) {
    test::MemoryJournal journal;
    const KnownSinks sinks({});
    auto delivery = delivery::Delivery::start({}, journal, system_clock());
    ASSERT_TRUE(delivery) << delivery.error().message;
    Forgetting forgetting(journal, system_clock(), sinks);
    constexpr int count = 2'000;
    for (int begun = 0; begun < count;) {
        if (const auto status = forgetting.begin({{"5"}}, **delivery)) {
            ++begun;
        } else {
            ASSERT_EQ(status.error().code, ErrorCode::locked) << status.error().message;
        }
    }
    while (!forgetting.status().has_ended()) {
        std::this_thread::yield();
    }
    EXPECT_EQ(forgetting.status().state, "done");
    (*delivery)->stop(std::chrono::milliseconds{60'000});
}

TEST(ForgettingTest, AnUnfinishedOneThatSharesANameIsTakenUp) {
    const std::vector<journal::UnfinishedErasure> unfinished{
        {3, to_json(sink::Person{{"Jo@x.example", "5", "ä"}, {"Jo@x.example"}})},
        {4, to_json(sink::Person{{"6"}, {"mary@x.example"}})},
        {5, "of another version"},
    };
    sink::Person by_address = delivery::person_of({"jo@X.example"});
    EXPECT_THAT(take_up(by_address, unfinished), ElementsAre(3));
    EXPECT_THAT(by_address.ids, ElementsAre("jo@X.example", "Jo@x.example", "5", "ä"));
    sink::Person by_id = delivery::person_of({"6"});
    EXPECT_THAT(take_up(by_id, unfinished), ElementsAre(4));
    EXPECT_THAT(by_id.emails, ElementsAre("mary@x.example"));
    sink::Person other = delivery::person_of({"7", "o@x.example"});
    EXPECT_THAT(take_up(other, unfinished), IsEmpty());
    EXPECT_THAT(other.ids, ElementsAre("7", "o@x.example"));
}

TEST(ForgettingTest, WhatIsKnownOfSinksThatAreNotAsked) {
    const std::map<std::string, journal::Seq> positions{{"gone", 1}, {"off", 2}, {"on", 3}};
    const auto all = with_gone({{"on", "file"},
                                {"off", "file", false},
                                {"new", "file", false},
                                {"far", "http", true, "ask the receiver"}},
                               positions);
    const struct {
        const char* name;
        bool asked;
        bool again;
        const char* said;
    } rows[] = {
        {"on", true, false, ""},           {"off", false, true, "enable it"},
        {"new", false, false, ""},         {"far", false, false, "ask the receiver"},
        {"gone", false, false, "by hand"},
    };
    ASSERT_EQ(all.size(), std::size(rows));
    for (std::size_t index = 0; index < all.size(); ++index) {
        const auto& row = rows[index];
        EXPECT_EQ(all[index].name, row.name);
        const auto known = known_of(all[index], positions);
        ASSERT_EQ(!known, row.asked) << row.name;
        EXPECT_EQ(known && known->again, row.again) << row.name;
        EXPECT_THAT(known ? known->out_of_reach : "", HasSubstr(row.said)) << row.name;
    }
}

}  // namespace
}  // namespace verohook::admin
