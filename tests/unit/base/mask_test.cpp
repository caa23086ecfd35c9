#include "base/mask.hpp"

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

}  // namespace
}  // namespace verohook
