#include "event/test_event.hpp"

#include <gtest/gtest.h>

#include <string>

namespace verohook::event {
namespace {

const std::string probe = "0123456789abcdef0123456789abcdef";

TEST(TestEvent, IsFoundInItsOwnBody) {
    const std::string body = test_event_body(probe);
    EXPECT_EQ(body, R"({"type":"verohook_test","verohook":{"probe":")" + probe + R"("}})");
    EXPECT_EQ(probe_of_test_event(body), probe);
}

TEST(TestEvent, IsNothingElse) {
    const std::string body = test_event_body(probe);
    struct Case {
        const char* name;
        std::string body;
    };
    const Case cases[] = {
        {"an empty body", ""},
        {"a blank after it", body + " "},
        {"a blank before it", " " + body},
        {"another order", R"({"verohook":{"probe":")" + probe + R"("},"type":"verohook_test"})"},
        {"a customer within", R"({"type":"verohook_test","user":{"id":1}})"},
        {"a shorter probe", test_event_body(probe.substr(1))},
        {"capitals", test_event_body("0123456789ABCDEF0123456789ABCDEF")},
        {"a member in place of the probe", test_event_body(R"(","user":{"id":1},"type":"sent",)")},
        {"another type", R"({"type":"verohook_tests","verohook":{"probe":")" + probe + R"("}})"},
        {"a NUL", test_event_body(std::string(32, '\0'))},
    };
    for (const Case& each : cases) {
        EXPECT_EQ(probe_of_test_event(each.body), std::nullopt) << each.name;
    }
}

}  // namespace
}  // namespace verohook::event
