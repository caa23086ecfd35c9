#include "support.hpp"

namespace verohook::event {
namespace {

Object object(std::initializer_list<std::string> names) {
    Object result;
    for (const auto& name : names) {
        result.push_back(name, name);
    }
    return result;
}

TEST(Object, sets_finds_and_takes) {
    Object members = object({"a", "b", "c"});
    members.set("b", true);
    members.set("d", nullptr);
    EXPECT_EQ(json_of(members), R"({"a":"a","b":true,"c":"c","d":null})");
    Value taken;
    EXPECT_TRUE(members.take("a", taken));
    EXPECT_EQ(taken, Value("a"));
    EXPECT_FALSE(members.take("a", taken));
    EXPECT_EQ(taken, Value("a"));
    EXPECT_EQ(members.find("a"), nullptr);
    EXPECT_EQ(members.size(), 3U);
}

TEST(Object, equal_in_any_order) {
    EXPECT_EQ(object({"a", "b"}), object({"b", "a"}));
    EXPECT_NE(object({"a", "b"}), object({"a"}));
    EXPECT_NE(object({"a", "b"}), object({"a", "c"}));
    EXPECT_NE(Value(Number{"1"}), Value("1"));
    EXPECT_NE(Value(Number{"1"}), Value(Number{"1.0"}));
    EXPECT_NE(Value(nullptr), Value(false));
}

TEST(Object, comparing_large_ones_is_quick) {
    Object left;
    Object right;
    constexpr int count = 100'000;
    for (int index = 0; index < count; ++index) {
        left.push_back(std::to_string(index), true);
        right.push_back(std::to_string(count - 1 - index), true);
    }
    EXPECT_EQ(left, right);
}

}  // namespace
}  // namespace verohook::event
