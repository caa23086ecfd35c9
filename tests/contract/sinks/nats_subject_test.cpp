// Subjects: what a template may be, and that no event can break out of its token.

#include "sinks/nats_subject.hpp"

#include "sink_maker.hpp"
#include "test_events.hpp"

#include <gmock/gmock.h>

namespace verohook::sinks {
namespace {

struct TokenCase {
    std::string value;
    std::string token;
};

TEST(NatsSubject, MakesValuesFitForAToken) {
    const std::vector<TokenCase> cases{
        {"clicked", "clicked"},
        {"", "_"},
        {"a.b", "a_b"},
        {"*", "_"},
        {">", "_"},
        {"two words", "two_words"},
        {"tab\there", "tab_here"},
        {"\r\nPUB x 0", "__PUB_x_0"},
        {std::string("nul\0", 4), "nul_"},
        {"$JS", "_JS"},
        {"Zo\u00eb", "Zo\u00eb"},
        {"\u202eabc\u2028", "_abc_"},
        {"\x7f\x9b", "__"},
        {std::string(200, 'a'), std::string(128, 'a')},
        {std::string(127, 'a') + "\u00eb", std::string(127, 'a')},
    };
    for (const TokenCase& each : cases) {
        EXPECT_EQ(subject_token(each.value), each.token) << each.value;
    }
}

struct TemplateCase {
    std::string text;
    std::string subject;
    std::string pattern;
};

TEST(NatsSubject, IsMadeFromWhatTheEventSays) {
    const TestEvents events({R"({"type":"clicked","clicked_at":1435016238,"user":{"id":7},)"
                             R"("campaign":{"id":"a.b","type":"transactional"}})"});
    const std::vector<TemplateCase> cases{
        {"vero.{type}", "vero.clicked", "vero.*"},
        {"vero", "vero", "vero"},
        {"{type}", "clicked", "*"},
        {"v.{type}.{user_id}.{campaign_id}.{campaign_type}", "v.clicked.7.a_b.transactional",
         "v.*.*.*.*"},
        {"v.user-{user_id}-{type}.end", "v.user-7-clicked.end", "v.*.end"},
    };
    for (const TemplateCase& each : cases) {
        SCOPED_TRACE(each.text);
        const auto subject = SubjectTemplate::parse(each.text);
        ASSERT_TRUE(subject) << subject.error().message;
        EXPECT_EQ(subject->subject(events.items()[0].event), each.subject);
        EXPECT_EQ(subject->pattern(), each.pattern);
    }
}

TEST(NatsSubject, HasAPlaceholderOfItsOwnForWhatIsMissing) {
    const TestEvents events({R"({"a":1})", R"({"type":"$JS.API\r\n","user":{},"campaign":null})"});
    const auto subject = SubjectTemplate::parse("{type}.{user_id}.{campaign_id}.{campaign_type}");
    ASSERT_TRUE(subject);
    EXPECT_EQ(subject->subject(events.items()[0].event), "_._._._");
    EXPECT_EQ(subject->subject(events.items()[1].event), "_JS_API__._._._");
}

struct NatsWrongCase {
    std::string text;
    std::string complaint;
};

TEST(NatsSubject, RefusesWhatIsNoSubject) {
    const std::string one_of =
        " is not one of {type}, {user_id}, {campaign_id} and {campaign_type}";
    const std::string dots = "must have something before, after and between its dots";
    const std::vector<NatsWrongCase> cases{
        {"", "must have 1 to 1024 bytes"},
        {std::string(1025, 'a'), "must have 1 to 1024 bytes"},
        {"vero.{typ}", "'{typ}'" + one_of},
        {"vero.{type", "'{type'" + one_of},
        {"vero.}", "must not contain '}'"},
        {"vero.*", "must not contain '*'"},
        {"vero.>", "must not contain '>'"},
        {"vero .x", "must not contain ' '"},
        {"vero\n", "must not contain '\\n'"},
        {".vero", dots},
        {"vero.", dots},
        {"vero..x", dots},
        {"$JS.x", "must not begin with '$': such subjects are the server's own"},
    };
    for (const NatsWrongCase& each : cases) {
        SCOPED_TRACE(each.text);
        const auto subject = SubjectTemplate::parse(each.text);
        ASSERT_FALSE(subject);
        EXPECT_EQ(subject.error().message, each.complaint);
    }
}

struct NatsOptionCase {
    std::string name;
    Changes changes;
    std::string complaint;
};

TEST(NatsOptions, AreCheckedBeforeAnythingStarts) {
    using List = std::vector<std::string>;
    const auto server = [](std::string url) { return Changes{{"servers", List{std::move(url)}}}; };
    const auto text = [](std::string value) { return OptionValue(std::move(value)); };
    const std::string shape = "servers[0]: must look like nats://HOST:PORT";
    const std::vector<NatsOptionCase> cases{
        {"no server", {{"servers", List{}}}, "servers: must name at least one server"},
        {"no scheme", server("localhost:4222"), "servers[0]: must begin with nats:// or tls://"},
        {"no host", server("nats://:4222"), shape},
        {"no port", server("nats://a:"), shape},
        {"large port", server("nats://a:65536"), shape},
        {"port zero", server("nats://a:0"), shape},
        {"path", server("nats://a/b"), shape},
        {"open bracket", server("nats://[::1"), shape},
        {"after bracket", server("nats://[::1]4222"), shape},
        {"credentials", server("nats://me:pass@a"),
         "servers[0]: must not hold credentials: use user, password, token or credentials_file"},
        {"mixed",
         {{"servers", List{"nats://a", "tls://b"}}},
         "servers[1]: must be all nats:// or all tls://"},
        {"subject",
         {{"subject", text("vero..x")}},
         "subject: must have something before, after and between its dots"},
        {"stream",
         {{"stream", text("my stream")}},
         "stream: must be the name of a stream, without dots and blanks"},
        {"two ways",
         {{"token", text("t")}, {"credentials_file", text("/a")}},
         "token: is one of three ways to log in: give user, token or credentials_file"},
        {"no password",
         {{"user", text("me")}},
         "user: needs the other one too: user and password belong together"},
        {"no user",
         {{"password", text("p")}},
         "password: needs the other one too: user and password belong together"},
        {"no TLS", {{"ca_file", text("/a")}}, "ca_file: is for servers of tls:// alone"},
        {"no key",
         {{"servers", List{"tls://a"}}, {"cert_file", text("/a")}},
         "cert_file: needs the other one too: cert_file and key_file belong together"},
    };
    for (const NatsOptionCase& each : cases) {
        SCOPED_TRACE(each.name);
        EXPECT_THAT(complaints("nats", each.changes), testing::ElementsAre(each.complaint));
    }
    for (const char* url : {"nats://a", "nats://a.b:1", "tls://[::1]:4222", "nats://[::1]"}) {
        EXPECT_THAT(complaints("nats", server(url)), testing::IsEmpty()) << url;
    }
}

}  // namespace
}  // namespace verohook::sinks
