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

TEST(Object, keeps_the_order_and_finds) {
    Object members = object({"b", "a"});
    members.push_back("d", nullptr);
    EXPECT_EQ(json_of(members), R"({"b":"b","a":"a","d":null})");
    *members.find("a") = true;
    EXPECT_EQ(*members.find("a"), Value(true));
    EXPECT_EQ(members.find("c"), nullptr);
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
