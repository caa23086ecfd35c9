// What the log sink does beyond the contract of all sinks.

#include "sink_maker.hpp"
#include "sinks/log_text.hpp"
#include "test_events.hpp"

#include <gmock/gmock.h>

namespace verohook::sinks {
namespace {

using sink::Verdict;
using testing::HasSubstr;

class LogSinkTest : public testing::Test {
protected:
    std::string log(const std::vector<std::string>& bodies, Changes changes = {}) {
        changes.emplace_back("target", std::string("file"));
        changes.emplace_back("path", path().string());
        auto made = make_sink("log", changes, clock_);
        EXPECT_TRUE(made) << made.error().message;
        const TestEvents events(bodies);
        const auto outcome = (*made)->deliver(events.items());
        EXPECT_EQ(outcome.verdict, Verdict::delivered) << outcome.reason;
        EXPECT_EQ(outcome.taken, bodies.size()) << "an event that is left out is taken, too";
        std::string text = read_file(path());
        std::filesystem::remove(path());
        return text;
    }

    [[nodiscard]] std::filesystem::path path() const { return folder_.path() / "events.log"; }

    TemporaryFolder folder_;
    ManualClock clock_{*parse_rfc3339("2026-11-23T23:57:41.123456Z")};
};

const std::string bounced =
    R"({"type":"bounced","bounced_at":1435016238,"user":{"id":123,"email":"a+b@c.d"},)"
    R"("campaign":{"id":7,"name":"Order confirmation"},"bounce_type":"hard","bounce_code":550,)"
    R"("bounce_message":"no such \"user\"","message_id":"20150622:ab"})";

struct TextCase {
    const char* name;
    std::string body;
    const char* expected;
};

TEST_F(LogSinkTest, WritesOneReadableLineAnEvent) {
    const std::vector<TextCase> cases{
        {"all there is", bounced,
         "2026-11-23T23:57:41.123456Z warn vero bounced seq=1 "
         "id=00000000000000000000000000000011 user=123 email=a+b@c.d "
         "campaign=\"Order confirmation\" campaign_id=7 bounce=hard bounce_code=550 "
         "bounce_message=\"no such \\\"user\\\"\" message_id=20150622:ab "
         "occurred_at=2015-06-22T23:37:18Z\n"},
        {"changes",
         R"({"type":"user_updated","user":{"id":"x"},"changes":{"city":"Rome","age":null,)"
         R"("_tags":{"add":["a","b c"],"remove":[]}}})",
         "2026-11-23T23:57:41.123456Z info vero user_updated seq=1 "
         "id=00000000000000000000000000000011 user=x changed=city,age tags_added=\"a,b c\"\n"},
        {"an unknown type", R"({"type":"odd one"})",
         "2026-11-23T23:57:41.123456Z info vero \"odd one\" seq=1 "
         "id=00000000000000000000000000000011\n"},
        {"nothing at all", "{}",
         "2026-11-23T23:57:41.123456Z info vero \"\" seq=1 "
         "id=00000000000000000000000000000011\n"},
    };
    for (const TextCase& each : cases) {
        SCOPED_TRACE(each.name);
        EXPECT_EQ(log({each.body}), each.expected);
    }
}

TEST_F(LogSinkTest, WritesTheEncodedEventInTheJsonStyle) {
    const std::string text = log({bounced}, {{"style", std::string("json")}});
    EXPECT_TRUE(text.starts_with(R"({"time":"2026-11-23T23:57:41.123456Z","level":"warn",)"
                                 R"("event":{"schema":"verohook.event.v1",)"))
        << text;
    EXPECT_TRUE(text.ends_with("}}\n"));
}

struct LevelCase {
    const char* name;
    std::vector<std::string> levels;
    std::string min_level;
    const char* body;
    const char* expected;  ///< Empty: left out.
};

TEST_F(LogSinkTest, ChoosesTheLevelByType) {
    const char* const sent = R"({"type":"sent","sent_at":1})";
    const char* const odd = R"({"type":"odd"})";
    const std::vector<LevelCase> cases{
        {"info by itself", {}, "info", sent, " info vero sent "},
        {"as configured", {"sent=error"}, "info", sent, " error vero sent "},
        {"blanks are allowed", {" sent = debug "}, "debug", sent, " debug vero sent "},
        {"below the least level", {"sent=debug"}, "info", sent, ""},
        {"unrecognized ones", {"unrecognized=warn"}, "warn", odd, " warn vero odd "},
        {"the last entry wins", {"sent=warn", "sent=error"}, "info", sent, " error vero sent "},
    };
    for (const LevelCase& each : cases) {
        SCOPED_TRACE(each.name);
        const std::string text =
            log({each.body}, {{"levels", each.levels}, {"min_level", each.min_level}});
        if (*each.expected == '\0') {
            EXPECT_EQ(text, "");
        } else {
            EXPECT_THAT(text, HasSubstr(each.expected));
        }
    }
}

struct LogWrongCase {
    const char* name;
    Changes changes;
    ErrorCode code;
    const char* message;
};

TEST_F(LogSinkTest, RefusesWrongOptions) {
    using List = std::vector<std::string>;
    const std::string file = "file";
    const std::vector<LogWrongCase> cases{
        {"no level", {{"levels", List{"bounced"}}}, ErrorCode::invalid_input, "bounced=warn"},
        {"a typing mistake",
         {{"levels", List{"bouncd=warn"}}},
         ErrorCode::invalid_input,
         "did you mean 'bounced'?"},
        {"an unknown level",
         {{"levels", List{"bounced=fatal"}}},
         ErrorCode::invalid_input,
         "there is no level 'fatal'"},
        {"a file without a path", {{"target", file}}, ErrorCode::invalid_input, "path: is missing"},
        {"a path without a file",
         {{"path", std::string("/tmp/x.log")}},
         ErrorCode::invalid_input,
         "target = \"file\" alone"},
        {"a folder",
         {{"target", file}, {"path", std::string("/tmp")}},
         ErrorCode::invalid_input,
         "is a folder"},
        {"below a device",
         {{"target", file}, {"path", std::string("/dev/null/x.log")}},
         ErrorCode::unavailable,
         "/dev/null/x.log"},
    };
    for (const LogWrongCase& each : cases) {
        SCOPED_TRACE(each.name);
        const auto made = make_sink("log", each.changes, clock_);
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().code, each.code);
        EXPECT_THAT(made.error().message, HasSubstr(each.message));
        EXPECT_EQ(complaints("log", each.changes).empty(), each.code != ErrorCode::invalid_input);
    }
}

TEST_F(LogSinkTest, ComplainsOfEveryLevelAtOnce) {
    using List = std::vector<std::string>;
    EXPECT_THAT(
        complaints("log", {{"levels", List{"sent=info", "bouncd=wrn", "opened=warning", "x"}}}),
        testing::ElementsAre(
            "levels[1]: 'bouncd=wrn': there is no type of event 'bouncd'; did you mean 'bounced'?",
            "levels[1]: 'bouncd=wrn': there is no level 'wrn'; did you mean 'warn'?",
            "levels[2]: 'opened=warning': there is no level 'warning'; there are debug, info, warn "
            "and error",
            "levels[3]: 'x': must look like \"bounced=warn\""));
}

TEST_F(LogSinkTest, WithoutASyslogDaemonEventsWait) {
    if (std::filesystem::exists("/dev/log")) {
        return;  // A daemon is there, and syslog(3) tells nothing more.
    }
    auto made = make_sink("log", {{"target", std::string("syslog")}}, clock_);
    ASSERT_TRUE(made);
    const TestEvents events({bounced});
    const auto outcome = (*made)->deliver(events.items());
    EXPECT_EQ(outcome.verdict, Verdict::retry);
    EXPECT_THAT(outcome.reason, HasSubstr("/dev/log"));
}

struct ValueCase {
    std::string value;
    std::string expected;
};

TEST(LogText, QuotesAndEscapesValues) {
    const std::vector<ValueCase> cases{
        {"plain", "plain"},
        {"", "\"\""},
        {"two words", "\"two words\""},
        {"a=b", "\"a=b\""},
        {"say \"hi\"", "\"say \\\"hi\\\"\""},
        {"back\\slash", "\"back\\\\slash\""},
        {"line\nforged", "\"line\\nforged\""},
        {"\x1b[31m", "\"\\x1b[31m\""},
        {"Zo\u00eb", "Zo\u00eb"},
        {std::string(300, 'a'), std::string(256, 'a') + "…"},
    };
    for (const ValueCase& each : cases) {
        std::string out;
        append_log_value(out, each.value);
        EXPECT_EQ(out, each.expected);
    }
}

}  // namespace
}  // namespace verohook::sinks
