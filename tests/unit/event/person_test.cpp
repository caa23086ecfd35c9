#include "event/person.hpp"

#include <verohook/event/codec.hpp>

#include <gtest/gtest.h>

namespace verohook::event {
namespace {

TEST(PersonTest, IsFoundInBodiesAndLines) {
    const struct {
        const char* name;
        const char* json;
        bool by_id;  ///< 5
        bool by_address;
    } rows[] = {
        {"number", R"({"user":{"id":5}})", true, false},
        {"text", R"({"user":{"id":"5"}})", true, false},
        {"another number", R"({"user":{"id":5.0}})", false, false},
        {"longer id", R"({"user":{"id":55}})", false, false},
        {"id elsewhere", R"({"id":5,"campaign":{"id":5},"user":{"plan":5}})", false, false},
        {"new customer", R"({"type":"user_created","id":5})", true, false},
        {"id of an event", R"({"schema":"s","type":"user_created","id":5})", false, false},
        {"cloud event", R"({"specversion":"1.0","data":{"user":{"id":5}}})", true, false},
        {"data of another body", R"({"data":{"user":{"id":5}}})", false, false},
        {"escaped", R"({"user":{"id":"\u0035","email":"jo\u0040x.example"}})", true, true},
        {"address", R"({"user":{"id":6,"email":" Jo@X.example "}})", false, true},
        {"in changes", R"({"changes":{"email":"jo@x.example"}})", false, true},
        {"in a list", R"({"event":{"data":["a","Jo <jo@x.example>"]}})", false, true},
        {"as a name", R"({"a":{"jo@x.example":1}})", false, true},
        {"in a link", R"({"campaign":{"permalink":"https://a/?to=jo@x.example&b"}})", false, true},
        {"end of a sentence", R"({"a":"Write to jo@x.example."})", false, true},
        {"longer before", R"({"user":{"email":"mary.jo@x.example"}})", false, false},
        {"longer behind", R"({"user":{"email":"jo@x.example.org"}})", false, false},
        {"longer behind, too", R"({"user":{"email":"jo@x.examples"}})", false, false},
        {"no JSON", R"(to: jo@x.example, id 5)", false, true},
        {"no object", R"(["jo@x.example"])", false, true},
    };
    const PersonFinder by_id({"5", ""}, {"no address"});
    const PersonFinder by_address({}, {" JO@x.example"});
    for (const auto& row : rows) {
        EXPECT_EQ(by_id.concerns(row.json), row.by_id) << row.name;
        EXPECT_EQ(by_address.concerns(row.json), row.by_address) << row.name;
    }
}

TEST(PersonTest, AnEscapeHidesNoAddressInWhatIsNoJson) {
    const PersonFinder finder({}, {"jo@x.example"});
    for (const char* text : {R"({"email":"jo@x.example")", R"({"email":"jo\u0040x.example")",
                             R"({"email":"\u006A\u006f@x.example\u)"}) {
        EXPECT_TRUE(finder.names_address_escaped(text)) << text;
    }
    for (const char* text : {R"({"email":"jo\u0041x.example")", R"(jo\u00)",
                             R"(mary\u002ejo@x.example)", R"({"email":"jo\u+040x.example")", ""}) {
        EXPECT_FALSE(finder.names_address_escaped(text)) << text;
    }
}

TEST(PersonTest, IsFoundByTheHashOfAnAddress) {
    const std::string hash(64, 'a');
    const PersonFinder finder({}, {"jo@x.example", hash});
    EXPECT_TRUE(finder.concerns(R"({"user":{"email":")" + hash + R"("}})"));
    EXPECT_TRUE(finder.concerns(R"({"user":{"email":"jo@x.example"}})"));
    EXPECT_FALSE(finder.concerns(R"({"user":{"email":")" + std::string(64, 'b') + R"("}})"));
    EXPECT_TRUE(PersonFinder({}, {hash}).concerns(R"({"campaign":{"sent_to":")" + hash + R"("}})"));
}

TEST(PersonTest, AnIdIsAWord) {
    const PersonFinder finder({"5"}, {});
    EXPECT_TRUE(finder.names_id("id 5"));
    EXPECT_TRUE(finder.names_id(R"({"id":5)"));
    EXPECT_TRUE(finder.names_id("55 5"));
    EXPECT_FALSE(finder.names_id("55 a5 5b"));
    EXPECT_FALSE(finder.names_id(""));
}

TEST(PersonTest, NewsOfAnAddress) {
    const struct {
        const char* body;
        bool told;
        std::optional<std::string> address;
    } rows[] = {
        {R"({"type":"sent","user":{"email":" a@x "}})", true, "a@x"},
        {R"({"type":"sent","user":{"email":null}})", false, {}},
        {R"({"type":"sent","user":{"email":" "}})", false, {}},
        {R"({"type":"user_updated","user":{"email":"a@x"},"changes":{"email":"b@x"}})", true,
         "b@x"},
        {R"({"type":"user_updated","user":{"email":"a@x"},"changes":{"email":null}})", true, {}},
        {R"({"type":"user_updated","user":{"email":"a@x"},"changes":{"email":7}})", true, "a@x"},
        {R"({"type":"user_updated"})", false, {}},
    };
    for (const auto& row : rows) {
        const auto event = decode(row.body);
        ASSERT_TRUE(event);
        const AddressNews news = address_news(*event);
        EXPECT_EQ(news.told, row.told) << row.body;
        EXPECT_EQ(news.address, row.address) << row.body;
    }
}

TEST(PersonTest, WhatIsLeftOfABody) {
    EXPECT_EQ(erased_body("", std::nullopt), "{}");
    EXPECT_EQ(erased_body("a\"b", std::nullopt), R"({"type":"a\"b"})");
    const Timestamp at{std::chrono::seconds{1'435'016'238}};
    const std::string body = erased_body("opened", at);
    EXPECT_EQ(body, R"({"type":"opened","opened_at":1435016238})");
    const auto event = decode(body);
    ASSERT_TRUE(event);
    EXPECT_TRUE(std::holds_alternative<Opened>(*event));
    EXPECT_EQ(common(*event).occurred_at, at);
    std::string line;
    encode(Format::json, {7, "0123456789abcdef0123456789abcdef", at, std::nullopt, true}, *event,
           body, line);
    EXPECT_EQ(line,
              R"({"schema":"verohook.event.v1","id":"0123456789abcdef0123456789abcdef","seq":7,)"
              R"("type":"opened","occurred_at":"2015-06-22T23:37:18Z",)"
              R"("received_at":"2015-06-22T23:37:18.000000Z","erased":true})");
}

}  // namespace
}  // namespace verohook::event
