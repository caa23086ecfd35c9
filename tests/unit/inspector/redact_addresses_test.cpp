#include "admin/inspector/redact_addresses.hpp"

#include <gtest/gtest.h>

#include <string>

namespace verohook::admin {
namespace {

struct RedactCase {
    const char* text;
    const char* expected;
};

class RedactAddresses : public testing::TestWithParam<RedactCase> {};

TEST_P(RedactAddresses, HidesTheLocalPart) {
    EXPECT_EQ(redact_addresses(GetParam().text), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, RedactAddresses,
    testing::Values(RedactCase{"", ""}, RedactCase{"nothing here", "nothing here"},
                    RedactCase{"steve@getvero.com", "***@getvero.com"},
                    RedactCase{R"({"email":"a.b+c@x.com","n":1})",
                               R"({"email":"***@x.com","n":1})"},
                    RedactCase{"to a@x.com, b@y.com;c@z.com", "to ***@x.com, ***@y.com;***@z.com"},
                    RedactCase{R"(\"steve\\u0040getvero.com\")", R"(\"***\u0040getvero.com\")"},
                    RedactCase{"?user=steve%40getvero.com&x=1", "?user=***%40getvero.com&x=1"},
                    RedactCase{"<steve&#64;getvero.com>", "<***&#64;getvero.com>"},
                    RedactCase{"100% of a\\b & c", "100% of a\\b & c"}, RedactCase{"@", "***@"}));

TEST(RedactAddresses, TakesItsTimeFromTheLengthAlone) {
    // A body of somebody who means harm; in a square of its length this would take minutes.
    const std::string hostile(1'000'000, '@');
    EXPECT_EQ(redact_addresses(hostile).size(), 4 * hostile.size());
    EXPECT_EQ(redact_addresses(std::string(1'000'000, 'a')).size(), 1'000'000);
}

}  // namespace
}  // namespace verohook::admin
