#include "customers/profile.hpp"

#include <verohook/event/codec.hpp>

#include <gtest/gtest.h>

namespace verohook::customers {
namespace {

TEST(Profile, remembers_what_was_removed) {
    Profile first;
    first.set_property("plan", "gold", 5);
    first.set_property("plan", nullptr, 9);
    first.set_tag("vip", true, 5);
    first.set_tag("vip", false, 9);
    EXPECT_EQ(first.text(),
              (ProfileText{"{}", "[]", R"({"properties":{"plan":9},"tags":{"vip":9}})"}));
    // A process that starts reads it from the columns; an older event then changes nothing.
    Profile second(first.text());
    second.set_property("plan", "silver", 7);
    second.set_tag("vip", true, 7);
    EXPECT_FALSE(second.changed());
    EXPECT_EQ(second.text(), first.text());
    second.set_property("plan", "silver", 10);
    second.set_tag("vip", true, 10);
    EXPECT_TRUE(second.changed());
    EXPECT_EQ(second.text(), (ProfileText{R"({"plan":"silver"})", R"(["vip"])",
                                          R"({"properties":{"plan":10},"tags":{"vip":10}})"}));
}

TEST(Profile, takes_what_people_wrote_by_hand) {
    struct Case {
        ProfileText stored;
        std::string expected_properties;
        std::string expected_tags;
    };
    const std::vector<Case> table{
        {{R"({"a":1})", R"(["x"])", "{}"}, R"({"a":1,"new":true})", R"(["new","x"])"},
        {{"", "", ""}, R"({"new":true})", R"(["new"])"},
        {{"[1]", "{}", "[]"}, R"({"new":true})", R"(["new"])"},
        {{"{\"a\":", "[\"x\"", "\xff"}, R"({"new":true})", R"(["new"])"},
        {{R"({"a":1})", R"(["x",5])", R"({"properties":{"a":"?"},"tags":[]})"},
         R"({"a":1,"new":true})",
         R"(["new","x"])"},
    };
    for (const Case& each : table) {
        Profile profile(each.stored);
        profile.set_property("new", true, 3);
        profile.set_tag("new", true, 3);
        EXPECT_EQ(profile.text().properties, each.expected_properties);
        EXPECT_EQ(profile.text().tags, each.expected_tags);
    }
}

TEST(Profile, holds_no_more_than_its_bounds) {
    Profile profile;
    for (std::size_t number = 0; number < profile_names_max + 10; ++number) {
        profile.set_property("p" + std::to_string(number), true, number + 1);
        profile.set_tag("t" + std::to_string(number), true, number + 1);
    }
    EXPECT_EQ(profile.text().properties.find("p" + std::to_string(profile_names_max)),
              std::string::npos);
    EXPECT_EQ(profile.text().tags.find("t" + std::to_string(profile_names_max)), std::string::npos);
    profile.set_property("p1", std::string(profile_bytes_max, 'x'), 1'000'000);
    EXPECT_NE(profile.text().properties.find(R"("p1":true)"), std::string::npos);
    profile.set_property("p1", "still possible", 1'000'001);
    EXPECT_NE(profile.text().properties.find(R"("p1":"still possible")"), std::string::npos);
}

TEST(Profile, reads_back_what_it_wrote) {
    Profile profile;
    profile.set_property("quote\" \\ \n \xe2\x80\xa8", event::Array{"\x1b[31m", nullptr}, 1);
    profile.set_property("number", event::Number{"1235666234572456.10"}, 2);
    profile.set_tag("tag \" \n", true, 3);
    Profile again(profile.text());
    again.set_tag("z", true, 4);
    EXPECT_EQ(again.text().properties, profile.text().properties);
    EXPECT_EQ(again.text().tags, R"(["tag \" \n","z"])");
}

}  // namespace
}  // namespace verohook::customers
