#include "admin/forget.hpp"

#include <gtest/gtest.h>

namespace verohook::admin {
namespace {

TEST(ForgetJsonTest, ARequestGoesThereAndBack) {
    const auto request = parse_forget_request(to_json(ForgetRequest{{"5", "ä@x.example"}, "17"}));
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_EQ(request->who, (std::vector<std::string>{"5", "ä@x.example"}));
    EXPECT_EQ(request->note, "17");
    const std::string long_note = R"({"who":["5"],"note":")" + std::string(201, 'x') + "\"}";
    for (const std::string& wrong :
         {std::string("[]"), std::string(R"({"who":5})"), std::string(R"({"who":[]})"),
          std::string(R"({"who":[5]})"), std::string(R"({"who":[""]})"), long_note}) {
        EXPECT_EQ(parse_forget_request(wrong).error().code, ErrorCode::invalid_input) << wrong;
    }
}

TEST(ForgetJsonTest, AStatusGoesThereAndBack) {
    ForgetStatus status{.state = "done", .position = 3, .last = 4, .note = "17", .events = 5};
    status.malformed = 6;
    status.dead_letters = 7;
    status.unclear = 8;
    status.report = 9;
    status.sinks.push_back({.name = "a", .kind = "file", .records = 10});
    EXPECT_TRUE(status.is_complete());
    status.sinks.push_back({.name = "b", .out_of_reach = "down", .again = true});
    EXPECT_FALSE(status.is_complete());
    const auto read = parse_forget_status(to_json(status));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(to_json(*read), to_json(status));
    EXPECT_EQ(read->sinks[1].out_of_reach, "down");
    EXPECT_TRUE(read->has_ended());
    EXPECT_FALSE(parse_forget_status("{}"));
}

}  // namespace
}  // namespace verohook::admin
