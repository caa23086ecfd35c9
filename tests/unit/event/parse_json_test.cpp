#include "support.hpp"

#include <nlohmann/json.hpp>

namespace verohook::event {
namespace {

using std::string_literals::operator""s;

struct ValidRow {
    std::string name;
    std::string body;
    std::string expected;  ///< Compact; numbers as they were written.
};

class ParseValid : public testing::TestWithParam<ValidRow> {};

TEST_P(ParseValid, gives_the_whole_value) {
    const auto value = parse_json(GetParam().body);
    ASSERT_TRUE(value.has_value()) << value.error().message << " at " << value.error().offset;
    std::string out;
    append_json(out, *value);
    EXPECT_EQ(out, GetParam().expected);
}

const std::string digits_400 = repeated("1234567890", 40);

INSTANTIATE_TEST_SUITE_P(
    Rows, ParseValid,
    testing::Values(
        ValidRow{"scalars", R"([null,true,false,"",0])", R"([null,true,false,"",0])"},
        ValidRow{"blanks", " \t\r\n{ \"a\" : [ ] , \"b\" : { } } \n", R"({"a":[],"b":{}})"},
        ValidRow{"integers", "[0,-0,7,-7,9223372036854775807,-9223372036854775808]",
                 "[0,-0,7,-7,9223372036854775807,-9223372036854775808]"},
        ValidRow{"beyond_64_bits",
                 "[18446744073709551615,18446744073709551616,-9223372036854775809]",
                 "[18446744073709551615,18446744073709551616,-9223372036854775809]"},
        ValidRow{"floats", "[1.0,1.50,-0.0,1E5,1e+5,1e-5,0.1234567890123456789012345]",
                 "[1.0,1.50,-0.0,1E5,1e+5,1e-5,0.1234567890123456789012345]"},
        ValidRow{"beyond_double", "[1e400,-1e400,1e-400,1e2147483647]",
                 "[1e400,-1e400,1e-400,1e2147483647]"},
        ValidRow{"digits_400", "[" + digits_400 + "]", "[" + digits_400 + "]"},
        ValidRow{"digits_400_float", "[0." + digits_400 + "e-7]", "[0." + digits_400 + "e-7]"},
        ValidRow{"long_numbers_in_long_bodies", "[12345678901234567890.25,\"" + digits_400 + "\"]",
                 "[12345678901234567890.25,\"" + digits_400 + "\"]"},
        ValidRow{"number_alone", "-12.5e3", "-12.5e3"},
        ValidRow{"escapes", R"(["\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00"])",
                 "[\"\\\"\\\\/\\u0008\\u000c\\n\\r\\tAé😀\"]"},
        ValidRow{"escaped_nul", R"({"a\u0000b":"\u0000"})", R"({"a\u0000b":"\u0000"})"},
        ValidRow{"long_escaped_string", "[\"" + repeated("\\u00e9x", 5'000) + "\"]",
                 "[\"" + repeated("éx", 5'000) + "\"]"},
        ValidRow{"long_escaped_pairs", "[\"" + repeated("\\ud83d\\ude00", 3'000) + "\"]",
                 "[\"" + repeated("😀", 3'000) + "\"]"},
        ValidRow{"unescaped_utf8", "[\"\\n" + repeated("é€😀", 3'000) + "\"]",
                 "[\"\\n" + repeated("é€😀", 3'000) + "\"]"},
        ValidRow{"long_key", "{\"" + repeated("k", 10'000) + "\\n\":1}",
                 "{\"" + repeated("k", 10'000) + "\\n\":1}"},
        ValidRow{"deepest", repeated("[", 64) + repeated("]", 64),
                 repeated("[", 64) + repeated("]", 64)},
        ValidRow{"deepest_objects", repeated("{\"a\":", 64) + "1" + repeated("}", 64),
                 repeated("{\"a\":", 64) + "1" + repeated("}", 64)},
        ValidRow{"noncharacters", "[\"\xEF\xBF\xBF\"]", "[\"\xEF\xBF\xBF\"]"},
        ValidRow{"bom_inside", "[\"\xEF\xBB\xBF\"]", R"(["\ufeff"])"}),
    [](const auto& row) { return row.param.name; });

struct MalformedRow {
    std::string name;
    std::string body;
    std::size_t offset;
    std::string message;    ///< A part of it.
    bool stricter = false;  ///< nlohmann/json takes it.
};

class ParseMalformed : public testing::TestWithParam<MalformedRow> {};

TEST_P(ParseMalformed, says_what_and_where) {
    const auto value = parse_json(GetParam().body);
    ASSERT_FALSE(value.has_value());
    EXPECT_EQ(value.error().offset, GetParam().offset);
    EXPECT_NE(value.error().message.find(GetParam().message), std::string::npos)
        << value.error().message;
    EXPECT_TRUE(value.error().message.ends_with(".")) << value.error().message;
    const auto verdict = classify(GetParam().body);
    ASSERT_TRUE(std::holds_alternative<Malformed>(verdict));
    EXPECT_EQ(std::get<Malformed>(verdict).message, value.error().message);
    EXPECT_EQ(std::get<Malformed>(verdict).offset, value.error().offset);
    EXPECT_FALSE(decode(GetParam().body).has_value());
    EXPECT_EQ(nlohmann::json::accept(GetParam().body), GetParam().stricter);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ParseMalformed,
    testing::Values(
        MalformedRow{"empty", "", 0, "empty"}, MalformedRow{"blank", " \r\n", 3, "empty"},
        MalformedRow{"cut", R"({"a":[1,)", 8, "ends before"},
        MalformedRow{"cut_string", R"({"a":"b)", 7, "ends before"},
        MalformedRow{"cut_in_utf8", "{\"a\":\"\xC3", 7, "ends before"},
        MalformedRow{"cut_word", "[tru", 4, "ends before"},
        MalformedRow{"cut_number", "-", 1, "ends before"}, MalformedRow{"words", "hello", 0, "`h`"},
        MalformedRow{"form", "type=sent&id=1", 0, "`t`"},
        MalformedRow{"single_quotes", "{'a':1}", 1, "`'`"},
        MalformedRow{"trailing_comma", R"({"a":1,})", 7, "`}`"},
        MalformedRow{"trailing_comma_array", "[1,]", 3, "`]`"},
        MalformedRow{"comment", "{}//x", 2, "after the end"},
        MalformedRow{"two_values", R"({"a":1}{"b":2})", 7, "after the end"},
        MalformedRow{"nul_after", "{}\0"s, 2, "after the end", true},
        MalformedRow{"nul_hides_more", "{\"type\":\"sent\"}\0{}"s, 15, "after the end", true},
        MalformedRow{"nul_before", "\0{}"s, 0, "0x00"},
        MalformedRow{"nul_in_string", "{\"a\":\"x\0y\"}"s, 7, "0x00"},
        MalformedRow{"line_end_in_string", "{\"a\":\"x\ny\"}", 7, "0x0a"},
        MalformedRow{"control_after_escape", "[\"\\n\x1b\"]", 4, "0x1b"},
        MalformedRow{"bom", "\xEF\xBB\xBF{}", 0, "byte order mark", true},
        MalformedRow{"latin1", "{\"a\":\"caf\xE9\"}", 9, "UTF-8"},
        MalformedRow{"overlong", "[\"\xC0\xAF\"]", 2, "UTF-8"},
        MalformedRow{"encoded_surrogate", "[\"\xED\xA0\x80\"]", 2, "UTF-8"},
        MalformedRow{"beyond_unicode", "[\"\xF4\x90\x80\x80\"]", 2, "UTF-8"},
        MalformedRow{"stray_continuation", "[\"\x80\"]", 2, "UTF-8"},
        MalformedRow{"utf8_after_escape", "[\"\\n\xFF\"]", 4, "UTF-8"},
        MalformedRow{"utf8_outside", "[é]", 1, "`é`"}, MalformedRow{"utf16", "{\0\"\0"s, 1, "0x00"},
        MalformedRow{"lone_leading", R"(["\ud800"])", 8, "surrogate"},
        MalformedRow{"lone_leading_long", R"(["\ud800 and more text"])", 8, "surrogate"},
        MalformedRow{"leading_then_escape", R"(["\ud800\n and more text"])", 9, "surrogate"},
        MalformedRow{"two_leading", R"(["\ud800\ud800 and more"])", 10, "surrogate"},
        MalformedRow{"lone_trailing", R"(["\udc00 and more text"])", 3, "surrogate"},
        MalformedRow{"bad_hex", R"(["\u12g4 and more text"])", 5, "hexadecimal"},
        MalformedRow{"bad_escape", R"(["\x41"])", 3, "`x`"},
        MalformedRow{"leading_zero", "[01]", 2, "`1`"}, MalformedRow{"plus", "[+1]", 1, "`+`"},
        MalformedRow{"no_digits_after_point", "[1.]", 3, "`]`"},
        MalformedRow{"no_digits_before_point", "[.5]", 1, "`.`"},
        MalformedRow{"no_exponent", "[1e]", 3, "`]`"}, MalformedRow{"nan", "[NaN]", 1, "`N`"},
        MalformedRow{"infinity", "[-Infinity]", 2, "`I`"},
        MalformedRow{"exponent_overflow", "[1e2147483648]", 12, "exponent"},
        MalformedRow{"too_deep", repeated("[", 65) + repeated("]", 65), 64, "nested", true},
        MalformedRow{"too_deep_objects", repeated("{\"a\":", 65) + "1" + repeated("}", 65), 320,
                     "nested", true},
        MalformedRow{"very_deep", repeated("[", 500'000), 64, "nested"}),
    [](const auto& row) { return row.param.name; });

TEST(ParseJson, agrees_with_nlohmann_on_every_prefix_and_change_of_a_sample) {
    const std::string body = payload("seed-user_updated");
    for (std::size_t at = 0; at < body.size(); ++at) {
        for (const char byte : {'\0', '"', '\\', '{', '}', ',', '\n', '7', '\xC3', '\x80', 'u'}) {
            std::string changed = body;
            changed[at] = byte;
            const bool expected =
                nlohmann::json::accept(changed) && changed.find('\0') == std::string::npos;
            EXPECT_EQ(parse_json(changed).has_value(), expected) << changed;
        }
        const std::string prefix = body.substr(0, at);
        EXPECT_EQ(parse_json(prefix).has_value(), nlohmann::json::accept(prefix)) << prefix;
    }
}

TEST(ParseJson, gives_what_nlohmann_gives) {
    for (const std::string& name : payload_names()) {
        const std::string body = payload(name);
        const auto value = parse_json(body);
        ASSERT_TRUE(value.has_value()) << name;
        std::string out;
        append_json(out, *value);
        EXPECT_EQ(nlohmann::ordered_json::parse(out), nlohmann::ordered_json::parse(body)) << name;
    }
}

struct DuplicateRow {
    std::string name;
    std::string body;
    std::string expected;
    std::vector<std::string> keys;
};

class ParseDuplicates : public testing::TestWithParam<DuplicateRow> {};

TEST_P(ParseDuplicates, last_wins_and_each_earlier_one_is_told) {
    std::vector<std::string> keys;
    const auto value = parse_json(GetParam().body, &keys);
    ASSERT_TRUE(value.has_value());
    std::string out;
    append_json(out, *value);
    EXPECT_EQ(out, GetParam().expected);
    EXPECT_EQ(keys, GetParam().keys);
    EXPECT_EQ(nlohmann::json::parse(out), nlohmann::json::parse(GetParam().body));
}

std::string many_members(int count) {
    std::string out;
    for (int index = 0; index < count; ++index) {
        out += "\"key " + std::to_string(index) + "\":" + std::to_string(index) + ",";
    }
    return out;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ParseDuplicates,
    testing::Values(DuplicateRow{"none", R"({"a":1,"b":{"a":2}})", R"({"a":1,"b":{"a":2}})", {}},
                    DuplicateRow{"one", R"({"a":1,"b":2,"a":3})", R"({"a":3,"b":2})", {"a"}},
                    DuplicateRow{
                        "three", R"({"a":1,"a":2,"a":{"x":1}})", R"({"a":{"x":1}})", {"a", "a"}},
                    DuplicateRow{"nested", R"([{"x":{"a":1,"a":2}}])", R"([{"x":{"a":2}}])", {"a"}},
                    DuplicateRow{"by_escape", R"({"a":1,"\u0061":2})", R"({"a":2})", {"a"}},
                    DuplicateRow{"empty_key", R"({"":1,"":2})", R"({"":2})", {""}},
                    DuplicateRow{"among_many",
                                 "{" + many_members(100) + R"("key 7":"new"})",
                                 "{" + many_members(7) + R"("key 7":"new",)" +
                                     many_members(100).substr(many_members(8).size(),
                                                              many_members(100).size() -
                                                                  many_members(8).size() - 1) +
                                     "}",
                                 {"key 7"}}),
    [](const auto& row) { return row.param.name; });

TEST(ParseJson, many_members_are_quick) {
    // Comparing each with each would take minutes.
    std::string body = "{" + many_members(100'000);
    body += many_members(100'000);
    body.back() = '}';
    std::vector<std::string> keys;
    const auto value = parse_json(body, &keys);
    ASSERT_TRUE(value.has_value());
    EXPECT_EQ(value->get_if<Object>()->size(), 100'000U);
    EXPECT_EQ(keys.size(), 100'000U);
}

}  // namespace
}  // namespace verohook::event
