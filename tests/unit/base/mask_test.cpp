#include "base/mask.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace verohook {
namespace {

TEST(Mask, TakesAddressesOut) {
    struct Row {
        const char* text;
        const char* expected;
    };
    const Row rows[] = {
        {"", ""},
        {"nobody is in here", "nobody is in here"},
        {"steve@getvero.com", "***"},
        {"no such customer: steve+a.b@getvero.com, sorry", "no such customer: ***, sorry"},
        {R"({"email":"steve@getvero.com","id":1})", R"({"email":"***","id":1})"},
        {"<a@b.c>,(d@e.f);[g@h.i]", "<***>,(***);[***]"},
        {"a@b.c d@e.f", "*** ***"},
        {"?email=steve%40getvero.com&x=1", "?email=***&x=1"},
        {R"("steve\u0040getvero.com")", R"("***")"},
        {R"("steve\\u0040getvero.com")", R"("***")"},
        {R"(to "john doe"@example.com now)", "to *** now"},
        {"root@[10.0.0.1] is here", "*** is here"},
        {"jörg@exämple.com", "***"},
        {"postgres://me@db:5432/x", "postgres://***:5432/x"},
        {"a@b@c.d", "***"},
        // An at sign alone is no address.
        {"3 @ 4", "3 @ 4"},
        {"@home, me@", "@home, me@"},
        {"@", "@"},
        {"\"@x", "\"@x"},
        {"x@[", "x@["},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(mask_addresses(row.text), row.expected) << row.text;
    }
}

TEST(Mask, TakesSecretsOut) {
    const std::vector<std::string> secrets{"a-good-secret", "", "abc", "***", "$ecret"};
    EXPECT_EQ(mask_secrets("GET /a-good-secret?t=a-good-secret", secrets), "GET /***?t=***");
    EXPECT_EQ(mask_secrets("a-good-secreta-good-secret", secrets), "******");
    EXPECT_EQ(mask_secrets("abc $ecret", secrets), "abc ***");
    EXPECT_EQ(mask_secrets("it says a-good-se…, and a-go… a-g…", secrets),
              "it says ***…, and ***… a-g…");
    EXPECT_EQ(mask_secrets("…", secrets), "…");
    EXPECT_EQ(mask_secrets("nothing", {}), "nothing");
}

TEST(Mask, TakesSecretsOutHoweverTheyAreWritten) {
    struct Row {
        const char* name;
        std::vector<std::string> secrets;
        std::string text;
        const char* expected;
    };
    const Row rows[] = {
        {"as it is", {"a-good-secret"}, "is a-good-secret here", "is *** here"},
        {"a backslash", {R"(pass\word)"}, R"(password=pass\word x)", "password=*** x"},
        {"a control character", {"pass\tword"}, "password=pass\tword x", "password=*** x"},
        {"no UTF-8", {"pass\xffword"}, "password=pass\xffword x", "password=*** x"},
        {"in a URL", {"p@ss/wörd"}, "postgres://me:p%40ss%2Fw%C3%B6rd@db", "postgres://me:***@db"},
        {"one begins another", {"secret", "secret-two"}, "secret-two secret", "*** ***"},
        {"one begins another, cut", {"secret", "secret-two"}, "secret-t…", "***…"},
        {"too short for a form, too", {R"(a\b)"}, R"(a\b)", R"(a\\b)"},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(mask_secrets(printable(row.text), forms_of_secrets(row.secrets)), row.expected)
            << row.name;
    }
    EXPECT_TRUE(forms_of_secrets({}).empty());
}

}  // namespace
}  // namespace verohook
