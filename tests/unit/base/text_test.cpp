#include "base/text.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace verohook {
namespace {

TEST(Printable, LetsNothingThroughThatPaintsOrSplits) {
    struct Row {
        const char* name;
        std::string input;
        std::string expected;
    };
    const Row rows[] = {
        {"plain", "Order confirmation", "Order confirmation"},
        {"line ends", "a\r\nb", "a\\r\\nb"},
        {"escape", "\x1b[31mred", "\\x1b[31mred"},
        {"bell and delete", std::string("\a\x7f"), "\\x07\\x7f"},
        {"nul", std::string("a\0b", 3), "a\\x00b"},
        {"C1 in UTF-8", "\xc2\x9b", "\\x9b"},
        {"line separator", "\xe2\x80\xa8", "\\u2028"},
        {"right-to-left override", "\xe2\x80\xae", "\\u202e"},
        {"isolate", "\xe2\x81\xa6", "\\u2066"},
        {"backslash", "a\\n", "a\\\\n"},
        {"unicode stays", "Grüße 🎉", "Grüße 🎉"},
        {"invalid UTF-8", "a\xff", "a\\xff"},
        {"overlong", "\xc0\xaf", "\\xc0\\xaf"},
        {"surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80"},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(printable(row.input), row.expected) << row.name;
    }
}

TEST(Printable, CutsWhatIsTooLong) {
    EXPECT_EQ(printable("abcdef", 3), "abc…");
}

TEST(OneLine, HasNothingThatWouldBeEscapedTwice) {
    struct Row {
        std::string input;
        std::string expected;
    };
    const Row rows[] = {
        {"plain", "plain"},
        {" a\r\n\t b\n", "a b"},
        {"\x1b[31mred\xe2\x80\xae.", " [31mred ."},
        {R"({"path":"C:\\temp"})", R"({"path":"C:\\temp"})"},
        {"a\xff", "a\xef\xbf\xbd"},
        {"Grüße 🎉", "Grüße 🎉"},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(one_line(row.input), row.expected);
    }
    EXPECT_EQ(one_line("abcdef", 3), "abc…");
}

TEST(Nearest, FindsWhatWasMeantAndNothingElse) {
    const std::array<std::string_view, 3> known{"listen", "path", "body_max"};
    EXPECT_EQ(nearest("lisen", known), "listen");
    EXPECT_EQ(nearest("bodymax", known), "body_max");
    EXPECT_EQ(nearest("zebra", known), std::nullopt);
}

TEST(Text, SmallHelpers) {
    EXPECT_EQ(trim(" \t a b \r\n"), "a b");
    EXPECT_EQ(trim("  "), "");
    EXPECT_EQ(join({}), "");
    EXPECT_EQ(join(std::vector<std::string>{"a"}), "a");
    EXPECT_EQ(join(std::vector<std::string>{"", "b", "", "c"}), ", b, , c");
    EXPECT_EQ(join(std::vector<std::string>{"a", "b"}, " "), "a b");
    EXPECT_TRUE(equals_ignoring_case("GZip", "gzip"));
    EXPECT_FALSE(equals_ignoring_case("gzip", "gzi"));
    EXPECT_EQ(with_thousands(0), "0");
    EXPECT_EQ(with_thousands(999), "999");
    EXPECT_EQ(with_thousands(1000), "1,000");
    EXPECT_EQ(with_thousands(1234567), "1,234,567");
}

TEST(Text, ANumberIsDigitsAlone) {
    EXPECT_EQ(parse_number("0"), 0U);
    EXPECT_EQ(parse_number("007"), 7U);
    EXPECT_EQ(parse_number("18446744073709551615"), UINT64_MAX);
    for (const char* const text :
         {"", "18446744073709551616", "+1", "-1", " 1", "1 ", "1,1", "0x1", "1e3", "1.0"}) {
        EXPECT_EQ(parse_number(text), std::nullopt) << text;
    }
}

TEST(Text, IsFoundInWhateverCase) {
    EXPECT_TRUE(contains_ignoring_case("Weekly Digest", "KLY dig"));
    EXPECT_TRUE(contains_ignoring_case("", ""));
    EXPECT_FALSE(contains_ignoring_case("Weekly", "weekly digest"));
}

}  // namespace
}  // namespace verohook
