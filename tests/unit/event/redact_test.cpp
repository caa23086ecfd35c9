#include "event/redact.hpp"

#include "support.hpp"

namespace verohook::event {
namespace {

std::string redact(const std::vector<std::string>& rules, std::string_view body) {
    std::vector<RedactionRule> parsed;
    for (const std::string& rule : rules) {
        parsed.push_back(parse_redaction_rule(rule).value());
    }
    return Redactor(parsed, "key").apply(body);
}

struct Case {
    const char* name;
    std::vector<std::string> rules;
    const char* body;
    const char* expected;
};

TEST(Redactor, TakesOutWhatItIsTold) {
    const Case cases[] = {
        {"a member is left out",
         {"user.email"},
         R"({"user":{"id":1,"email":"a@b.c"}})",
         R"({"user":{"id":1}})"},
        {"what is not there, or is no object, is no error",
         {"user.email", "a.b.c"},
         R"({"user":7,"a":{"b":null}})",
         R"({"user":7,"a":{"b":null}})"},
        {"an address keeps its first letter and its domain",
         {"user.email=mask"},
         R"({"user":{"email":"steve@getvero.com"}})",
         R"({"user":{"email":"s***@getvero.com"}})"},
        {"a first letter of several bytes stays whole",
         {"n=mask"},
         R"({"n":"\u00e9mile"})",
         "{\"n\":\"\xC3\xA9***\"}"},
        {"an empty text is nobody's",
         {"n=mask", "h=hash"},
         R"({"n":"","h":""})",
         R"({"n":"","h":""})"},
        {"what is neither text nor number has no hash",
         {"a=hash", "b=hash", "c=hash"},
         R"({"a":true,"b":{"x":1},"c":false})",
         R"({"a":null,"b":null,"c":null})"},
        {"what is no text is masked as null, and null stays",
         {"a=mask", "b=mask", "c=hash"},
         R"({"a":12,"b":{"x":1},"c":null})",
         R"({"a":null,"b":null,"c":null})"},
        {"any name",
         {"user.*"},
         R"({"type":"sent","user":{"id":1,"x":2}})",
         R"({"type":"sent","user":{}})"},
        {"any name on the way",
         {"*.email"},
         R"({"a":{"email":1},"b":{"email":2,"c":3}})",
         R"({"a":{},"b":{"c":3}})"},
        {"lists are gone through",
         {"list.email"},
         R"({"list":[{"email":1},[{"email":2,"x":3}]]})",
         R"({"list":[{},[{"x":3}]]})"},
        {"of a key that is there twice nothing is left",
         {"email"},
         R"({"email":"a@b.c","email":"d@e.f","x":1})",
         R"({"x":1})"},
        {"numbers beyond 64 bits stay as written",
         {"x"},
         R"({"id":123456789012345678901234,"x":1})",
         R"({"id":123456789012345678901234})"},
    };
    for (const Case& each : cases) {
        EXPECT_EQ(redact(each.rules, each.body), each.expected) << each.name;
    }
}

// `printf steve@getvero.com | openssl dgst -sha256 -hmac key`
constexpr std::string_view hash_of_steve =
    "32f79298a2b40a9066f2be78ac7dd0778e238fbaea6cd692d4c5aa0c7d7171a5";

TEST(Redactor, HashesSoThatTablesCanBeJoined) {
    const std::string expected = "{\"email\":\"" + std::string(hash_of_steve) + "\"}";
    EXPECT_EQ(redact({"email=hash"}, R"({"email":"steve@getvero.com"})"), expected);
    EXPECT_EQ(redact({"email=hash"}, R"({"email":" Steve@GetVero.com"})"), expected);
    EXPECT_NE(redact({"email=hash"}, R"({"email":"steven@getvero.com"})"), expected);
    // An id is the same customer's whether Vero sends a number or a string.
    EXPECT_EQ(redact({"id=hash"}, R"({"id":123})"), redact({"id=hash"}, R"({"id":"123"})"));
    EXPECT_NE(redact({"id=hash"}, R"({"id":"AB"})"), redact({"id=hash"}, R"({"id":"ab"})"));
}

TEST(Redactor, MakesNothingOfWhatIsNoObject) {
    EXPECT_EQ(redact({"a"}, "[1]"), "");
    EXPECT_EQ(redact({"a"}, "{"), "");
}

TEST(RedactionRule, SaysWhatIsWrong) {
    for (const char* const wrong : {"", ".", "a.", ".a", "a..b", "a=hide", "=drop"}) {
        EXPECT_FALSE(parse_redaction_rule(wrong)) << wrong;
    }
    const auto rule = parse_redaction_rule("a.b=c=mask");
    ASSERT_TRUE(rule);
    EXPECT_EQ(rule->path, (std::vector<std::string>{"a", "b=c"}));
    EXPECT_EQ(rule->redaction, Redaction::mask);
}

TEST(Redactor, LeavesNoAddressInAnySample) {
    const std::vector<std::string> rules{"user.email=hash", "email", "changes.email",
                                         "user.id=hash", "campaign.sent_to"};
    for (const auto& entry : std::filesystem::directory_iterator(payload_folder())) {
        const std::string body = read_file(entry.path());
        if (!parse_json(body)) {
            continue;
        }
        const std::string redacted = redact(rules, body);
        EXPECT_EQ(redacted.find("@getvero.com"), std::string::npos) << entry.path() << redacted;
        EXPECT_TRUE(decode(redacted)) << entry.path();
    }
}

}  // namespace
}  // namespace verohook::event
