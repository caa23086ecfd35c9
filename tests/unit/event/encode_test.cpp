#include "event/samples.hpp"

#include "base/text.hpp"
#include "support.hpp"

#include <nlohmann/json.hpp>

#include <set>

namespace verohook::event {
namespace {

using std::string_literals::operator""s;

TEST(Encode, writes_the_documented_line) {
    const std::string body = payload("website2020-bounced");
    Envelope envelope = sample_envelope();
    envelope.duplicate_of = 3;
    std::string line = "before ";
    encode(Format::json, envelope, decoded(body), body, line);
    EXPECT_EQ(
        line,
        R"(before {"schema":"verohook.event.v1","id":"0123456789abcdef0123456789abcdef","seq":7,)"
        R"("type":"bounced","occurred_at":"2015-06-22T23:37:18Z",)"
        R"("received_at":"2026-11-23T00:00:00.123456Z","duplicate_of":3,)"
        R"("user":{"id":123,"email":" steve@getvero.com"},)"
        R"("campaign":{"id":987,"type":"transactional","name":"Order confirmation",)"
        R"("subject":"Your order is being processed!","trigger_event":"purchased item",)"
        R"("permalink":"http://app.getvero.com/view/1/341d64944577ac1f70f560e37db54a25",)"
        R"("variation":"Variation A"},)"
        R"("message_id":"20190730123456.1.1B72E094173067F0F@veromail.com",)"
        R"("bounce":{"type":"hard"}})");
}

TEST(Encode, type_is_null_only_where_vero_gave_none) {
    EXPECT_NE(encoded("{}").find(R"("type":null,)"), std::string::npos);
    EXPECT_NE(encoded(R"({"type":null})").find(R"("type":null,)"), std::string::npos);
    EXPECT_NE(encoded(R"({"type":""})").find(R"("type":"",)"), std::string::npos);
    EXPECT_NE(encoded(R"({"type":"new"})").find(R"("type":"new",)"), std::string::npos);
}

TEST(Encode, every_sample_is_one_harmless_line_of_json) {
    for (const std::string_view type : known_types()) {
        for (std::uint64_t number = 0; number < 50; ++number) {
            const std::string body = sample_body(type, number, sample_time);
            for (const Format format : {Format::json, Format::raw, Format::cloudevents}) {
                const std::string line = encoded(body, format);
                EXPECT_EQ(line.find('\n'), std::string::npos);
                EXPECT_TRUE(nlohmann::json::accept(line)) << line;
            }
        }
    }
}

std::string utf8(char32_t code_point) {
    std::string out;
    if (code_point < 0x80) {
        out += static_cast<char>(code_point);
    } else if (code_point < 0x800) {
        out += static_cast<char>(0xC0U | code_point >> 6U);
        out += static_cast<char>(0x80U | (code_point & 0x3FU));
    } else {
        out += static_cast<char>(0xE0U | code_point >> 12U);
        out += static_cast<char>(0x80U | (code_point >> 6U & 0x3FU));
        out += static_cast<char>(0x80U | (code_point & 0x3FU));
    }
    return out;
}

bool has_dangerous(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto step = utf8_step(text, at);
        if (!step || is_dangerous(step->code_point)) {
            return true;
        }
        at += step->length;
    }
    return false;
}

TEST(EncodeStrings, escape_every_dangerous_character_at_every_place) {
    for (char32_t code_point = 0; code_point < 0x10000; ++code_point) {
        if (code_point >= 0xD800 && code_point <= 0xDFFF) {
            continue;
        }
        const std::string character = utf8(code_point);
        const std::size_t before = code_point % 17;
        const std::string text = std::string(before, 'a') + character + "bcdefghijk";
        std::string out;
        append_json_string(out, text);
        ASSERT_FALSE(has_dangerous(out)) << static_cast<unsigned>(code_point);
        ASSERT_EQ(nlohmann::json::parse(out).get<std::string>(), text)
            << static_cast<unsigned>(code_point);
        if (code_point >= 0x20 && code_point != '"' && code_point != '\\' &&
            !is_dangerous(code_point)) {
            ASSERT_EQ(out, '"' + text + '"') << static_cast<unsigned>(code_point);
        }
    }
}

TEST(EncodeStrings, rows) {
    struct Row {
        std::string text;
        std::string expected;
    };
    const std::vector<Row> rows{
        {"", R"("")"},
        {"plain text of some length", R"("plain text of some length")"},
        {"\"quoted\\", R"("\"quoted\\")"},
        {"\r\n\t\b\f\x1b[2J\x7f", R"("\r\n\t\u0008\u000c\u001b[2J\u007f")"},
        {"\0nul"s, R"("\u0000nul")"},
        {"\xC2\x9B"
         "31m",
         R"("\u009b31m")"},
        {"a\u2028b\u2029c\u202Ed\u2066e\uFEFFf", R"("a\u2028b\u2029c\u202ed\u2066e\ufefff")"},
        {"é€😀", "\"é€😀\""},
        {"caf\xE9!", "\"caf\uFFFD!\""},
        {"\xFF\xFE", "\"\uFFFD\uFFFD\""},
        {"\xED\xA0\x80", "\"\uFFFD\uFFFD\uFFFD\""},
        {"cut \xF0\x9F\x98", "\"cut \uFFFD\uFFFD\uFFFD\""},
    };
    for (const Row& row : rows) {
        std::string out;
        append_json_string(out, row.text);
        EXPECT_EQ(out, row.expected);
        EXPECT_TRUE(nlohmann::json::accept(out)) << out;
    }
}

TEST(Encode, control_characters_of_an_event_are_escaped_everywhere) {
    const std::string evil = R"(\u001b[2J\u009b\u202e\u2028)";
    const std::string body = "{\"type\":\"" + evil + "\",\"" + evil + "_at\":\"" + evil +
                             "\",\"user\":{\"id\":\"" + evil + "\",\"" + evil + "\":[\"" + evil +
                             "\"]},\"a\u202E\":1,\"a\u202E\":2,\"campaign\":{\"" + evil +
                             "\":\"\u2028\u009B\x7f\"}}";
    for (const Format format : {Format::json, Format::raw, Format::cloudevents}) {
        const std::string line = encoded(body, format);
        EXPECT_FALSE(has_dangerous(line)) << line;
        EXPECT_TRUE(nlohmann::json::accept(line)) << line;
    }
}

struct RawRow {
    std::string name;
    std::string body;
    std::string expected;
};

class EncodeRaw : public testing::TestWithParam<RawRow> {};

TEST_P(EncodeRaw, keeps_every_token) {
    std::string line;
    encode(Format::raw, sample_envelope(), Event{}, GetParam().body, line);
    EXPECT_EQ(line, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, EncodeRaw,
    testing::Values(
        RawRow{"blanks", " {\r\n\t\"a b\" : [ 1 , 2 ] , \"c\" : { } } \n",
               R"({"a b":[1,2],"c":{}})"},
        RawRow{"numbers",
               R"({"a": 1.50, "b": 1E+05, "c": -0, "d": 123456789012345678901234567890})",
               R"({"a":1.50,"b":1E+05,"c":-0,"d":123456789012345678901234567890})"},
        RawRow{"escapes", R"({"a\u0041\/": "\"\\ \u00e9\\"})", R"({"a\u0041\/":"\"\\ \u00e9\\"})"},
        RawRow{"duplicates_and_order", R"({"b":1, "a":2, "b":3})", R"({"b":1,"a":2,"b":3})"},
        RawRow{"dangerous", "{\"a\u202E\": \"\x7f\u0085\u2028é\"}",
               R"({"a\u202e":"\u007f\u0085\u2028é"})"},
        RawRow{"not_json", "type=sent\n\x1b\xFF", "\"type=sent\\n\\u001b\uFFFD\""},
        RawRow{"not_an_object", "[1, 2]", R"("[1, 2]")"}, RawRow{"empty", "", R"("")"}),
    [](const auto& row) { return row.param.name; });

TEST(EncodeCloudevents, wraps_the_line) {
    const std::string body = payload("help201510-unsubscribed");
    EXPECT_EQ(encoded(body, Format::cloudevents),
              R"({"specversion":"1.0","id":"0123456789abcdef0123456789abcdef","source":"verohook",)"
              R"("type":"com.getvero.unsubscribed","time":"2015-06-22T23:37:18Z","subject":"123",)"
              R"("datacontenttype":"application/json","sequence":"00000000000000000007","data":)" +
                  encoded(body) + "}");
}

TEST(EncodeCloudevents, has_a_time_and_a_type_for_every_event) {
    const auto line = nlohmann::json::parse(encoded(R"({"user":{"id":""}})", Format::cloudevents));
    EXPECT_EQ(line["type"], "com.getvero.unrecognized");
    EXPECT_EQ(line["time"], "2026-11-23T00:00:00.123456Z");
    EXPECT_FALSE(line.contains("subject"));
    Envelope envelope = sample_envelope();
    envelope.seq = UINT64_MAX;
    std::string last;
    encode(Format::cloudevents, envelope, Event{}, "", last);
    EXPECT_EQ(nlohmann::json::parse(last)["sequence"], "18446744073709551615");
}

TEST(ParseFormat, knows_three) {
    EXPECT_EQ(parse_format("json"), Format::json);
    EXPECT_EQ(parse_format("raw"), Format::raw);
    EXPECT_EQ(parse_format("cloudevents"), Format::cloudevents);
    EXPECT_EQ(parse_format("JSON"), std::nullopt);
    EXPECT_EQ(parse_format(""), std::nullopt);
}

TEST(Samples, are_distinct_repeatable_and_without_problems) {
    std::set<std::string> bodies;
    for (const std::string_view type : known_types()) {
        for (std::uint64_t number = 0; number < 500; ++number) {
            const std::string body = sample_body(type, number, sample_time);
            EXPECT_EQ(body, sample_body(type, number, sample_time));
            EXPECT_TRUE(bodies.insert(body).second) << body;
            const Event event = decoded(body);
            EXPECT_EQ(type_name(event), type);
            EXPECT_TRUE(common(event).problems.empty()) << body;
            if (const auto& time = common(event).occurred_at) {
                EXPECT_LE(*time, sample_time);
                EXPECT_GE(*time, sample_time - std::chrono::hours{1});
            }
        }
    }
}

TEST(Samples, show_every_shape) {
    std::string all;
    for (const std::string_view type : known_types()) {
        for (std::uint64_t number = 0; number < 300; ++number) {
            all += sample_body(type, number, sample_time) + "\n";
        }
    }
    for (const char* const shape :
         {"\"campaign_title\"",      "\"trigger-event\"",    "\"id\":null",
          "\"email\":null",          "\"id\":\"production_", "+7@example.com",
          "\"id\":1235666234572456", "\"tags\":\"tag 1",     "\"_tags\"",
          "\"sent_at\":\"1",         "\"failed_at\"",        "\"complained_at\"",
          "\"bounce_type\":\"soft",  "\"bounce_code\":550",  "\"bounce_code\":\"421\"",
          "\"sender_ip\"",           "\"event\":{",          "上海",
          "\"remove\":null",         "\"action\"",           "\"locale\""}) {
        EXPECT_NE(all.find(shape), std::string::npos) << shape;
    }
}

}  // namespace
}  // namespace verohook::event
