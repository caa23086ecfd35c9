#include "admin/inspector/rates.hpp"
#include "support/memory_journal.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace verohook::admin {
namespace {

using Told = nlohmann::json;
using journal::Kind;

Timestamp in_window(int second) {
    return Timestamp(std::chrono::seconds(1'700'000'000 - 1'700'000'000 % 60 + second));
}

TEST(Rates, CountsEachTypeByTheTimeOfArrival) {
    test::MemoryJournal journal;
    const auto add = [&](const char* type, int second, Kind kind = Kind::recognized) {
        journal.add("{}", type, kind, std::nullopt, in_window(second));
    };
    add("sent", -200);  // Before the window.
    add("sent", -60);
    add("sent", 0);
    add("sent", 59);
    add("opened", 60);
    add("mystery", 61, Kind::unrecognized);
    add("", 62, Kind::malformed);
    add("verohook.test", 63, Kind::test);
    Rates rates(std::chrono::minutes{1}, 3);
    Told told = Told::parse(rates.look(journal, in_window(61)).value());
    EXPECT_EQ(told["step"], 60);
    EXPECT_EQ(told["complete"], true);
    EXPECT_EQ(told["from"], in_window(-60).time_since_epoch() / std::chrono::seconds{1});
    EXPECT_EQ(told["types"]["sent"], Told({1, 2, 0}));
    EXPECT_EQ(told["types"]["opened"], Told({0, 0, 1}));
    EXPECT_EQ(told["types"]["unrecognized"], Told({0, 0, 1}));
    EXPECT_EQ(told["types"]["malformed"], Told({0, 0, 1}));
    EXPECT_EQ(told["types"].size(), 14);

    add("opened", 125);
    told = Told::parse(rates.look(journal, in_window(130)).value());
    EXPECT_EQ(told["types"]["sent"], Told({2, 0, 0})) << "the window has moved";
    EXPECT_EQ(told["types"]["opened"], Told({0, 1, 1}));

    told = Told::parse(rates.look(journal, in_window(100'000)).value());
    EXPECT_EQ(told["types"]["opened"], Told({0, 0, 0})) << "nobody looked for long";
    told = Told::parse(rates.look(journal, in_window(61)).value());
    EXPECT_EQ(told["types"]["sent"], Told({1, 2, 0})) << "the clock was set back";
}

TEST(Rates, TellsOfAJournalThatCannotBeRead) {
    test::MemoryJournal journal;
    journal.fail_reads(1, {ErrorCode::unavailable, "the disk"});
    Rates rates(std::chrono::minutes{1}, 3);
    EXPECT_FALSE(rates.look(journal, in_window(0)));
    EXPECT_TRUE(rates.look(journal, in_window(0)));
}

}  // namespace
}  // namespace verohook::admin
