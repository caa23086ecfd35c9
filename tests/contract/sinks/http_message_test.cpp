// What the http sink's requests look like, to the byte, and what becomes of a batch.

#include "sinks/http_message.hpp"
#include "fixtures.hpp"
#include "http_target.hpp"
#include "sink_maker.hpp"
#include "test_events.hpp"

#include <gmock/gmock.h>

namespace verohook::sinks {
namespace {

using event::Format;
using sink::Verdict;
using testing::ElementsAre;
using testing::HasSubstr;

const ManualClock noon(*parse_rfc3339("2026-11-23T12:00:00.900000Z"));
using Headers = std::map<std::string, std::string>;

const std::vector<std::string> bodies{
    R"({"type":"clicked","clicked_at":1435016238,"user":{"id":"a b%\"é"}})",
    R"({"type":"zapped","user":{"id":7}})"};
// Of TestEvents.
const std::string first_id = "00000000000000000000000000000011";
const std::string second_id = "00000000000000000000000000000012";

/// What a target gets of the two events, without the headers that every HTTP client sends.
std::vector<TargetRequest> sent(const Changes& changes, Format format) {
    HttpTarget target([](const TargetRequest&) { return http_answer(204); });
    Changes all = changes;
    all.emplace_back("url", target.url("/hook?a=b"));
    auto made = make_sink("http", all, noon, format);
    EXPECT_TRUE(made) << made.error().message;
    const TestEvents events(bodies, 1, format);
    EXPECT_EQ((*made)->deliver(events.items()).taken, 2U);
    std::vector<TargetRequest> requests = target.taken();
    for (TargetRequest& request : requests) {
        EXPECT_EQ(request.line, "POST /hook?a=b HTTP/1.1");
        EXPECT_EQ(request.headers["host"], target.place());
        EXPECT_EQ(request.headers["user-agent"], "verohook");
        EXPECT_EQ(request.headers["content-length"], std::to_string(request.body.size()));
        for (const char* name : {"host", "user-agent", "content-length"}) {
            request.headers.erase(name);
        }
    }
    return requests;
}

std::string encoded(Format format, std::size_t index) {
    const TestEvents events(bodies, 1, format);
    return std::string(events.items()[index].text);
}

struct BodyCase {
    const char* mode;
    Format format;
    std::string content_type;
};

TEST(HttpMessage, CarriesOneEvent) {
    for (const auto& [format, type] : std::vector<std::pair<Format, std::string>>{
             {Format::json, "application/json"},
             {Format::raw, "application/json"},
             {Format::cloudevents, "application/cloudevents+json"}}) {
        SCOPED_TRACE(type);
        const auto requests = sent({}, format);
        ASSERT_EQ(requests.size(), 2U);
        EXPECT_EQ(requests[0].body, encoded(format, 0));
        EXPECT_EQ(requests[0].headers, (Headers{{"content-type", type}, {"webhook-id", first_id}}));
        EXPECT_EQ(requests[1].body, encoded(format, 1));
        EXPECT_EQ(requests[1].headers,
                  (Headers{{"content-type", type}, {"webhook-id", second_id}}));
    }
}

TEST(HttpMessage, CarriesABatch) {
    const std::vector<BodyCase> rows{
        {"array", Format::json, "application/json"},
        {"array", Format::raw, "application/json"},
        {"array", Format::cloudevents, "application/cloudevents-batch+json"},
        {"ndjson", Format::json, "application/x-ndjson"},
        {"ndjson", Format::raw, "application/x-ndjson"},
        {"ndjson", Format::cloudevents, "application/x-ndjson"}};
    for (const BodyCase& row : rows) {
        SCOPED_TRACE(std::string(row.mode) + " " + row.content_type);
        const auto requests = sent({{"mode", std::string(row.mode)}}, row.format);
        ASSERT_EQ(requests.size(), 1U);
        const std::string first = encoded(row.format, 0);
        const std::string second = encoded(row.format, 1);
        EXPECT_EQ(requests[0].body, row.mode == std::string_view("array")
                                        ? "[" + first + "," + second + "]"
                                        : first + "\n" + second + "\n");
        EXPECT_EQ(requests[0].headers, (Headers{{"content-type", row.content_type},
                                                {"webhook-id", first_id + "-" + second_id}}));
    }
}

TEST(HttpMessage, CarriesACloudEventInBinaryMode) {
    const auto requests = sent({{"cloudevents", std::string("binary")}}, Format::cloudevents);
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_EQ(requests[0].body, encoded(Format::json, 0));
    EXPECT_EQ(requests[0].headers, (Headers{{"content-type", "application/json"},
                                            {"webhook-id", first_id},
                                            {"ce-specversion", "1.0"},
                                            {"ce-id", first_id},
                                            {"ce-source", "verohook"},
                                            {"ce-type", "com.getvero.clicked"},
                                            {"ce-time", "2015-06-22T23:37:18Z"},
                                            {"ce-subject", "a%20b%25%22%C3%A9"},
                                            {"ce-sequence", "00000000000000000001"}}));
    EXPECT_EQ(requests[1].body, encoded(Format::json, 1));
    EXPECT_EQ(requests[1].headers, (Headers{{"content-type", "application/json"},
                                            {"webhook-id", second_id},
                                            {"ce-specversion", "1.0"},
                                            {"ce-id", second_id},
                                            {"ce-source", "verohook"},
                                            {"ce-type", "com.getvero.zapped"},
                                            {"ce-time", "2026-11-23T23:57:41.123456Z"},
                                            {"ce-subject", "7"},
                                            {"ce-sequence", "00000000000000000002"}}));
}

TEST(HttpMessage, CarriesMoreHeadersAndASignatureForEachSecret) {
    using List = std::vector<std::string>;
    // The second key is 32 zeros; the signatures were computed by OpenSSL's command.
    const auto requests =
        sent({{"headers", List{"Authorization: Bearer x: y", "X-Empty:"}},
              {"secrets", List{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                               "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}},
             Format::raw);
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_EQ(requests[1].body, bodies[1]);
    EXPECT_EQ(requests[1].headers, (Headers{{"content-type", "application/json"},
                                            {"authorization", "Bearer x: y"},
                                            {"x-empty", ""},
                                            {"webhook-id", second_id},
                                            {"webhook-timestamp", "1795435200"},
                                            {"webhook-signature",
                                             "v1,IxOogYHa5b1f2pbqDxgB19QwCneimUxBmBs585CoT44= "
                                             "v1,lrWZuVZ/Dt+TOWtn+n7cf/ddIsaYP9e4LP6ppBIAL1U="}}));
}

TEST(HttpMessage, ABatchEndsAtItsBounds) {
    struct Row {
        const char* name;
        Changes changes;
        std::vector<std::size_t> sizes;  ///< Of 7 events.
    };
    const auto text_bytes = static_cast<std::int64_t>(encoded(Format::raw, 1).size() + 1);
    const std::vector<Row> rows{
        {"defaults", {}, {7}},
        {"by number", {{"events_max", std::int64_t{3}}}, {3, 3, 1}},
        {"by bytes", {{"bytes_max", text_bytes * 2}}, {2, 2, 2, 1}},
        {"by less than one event", {{"bytes_max", std::int64_t{1}}}, {1, 1, 1, 1, 1, 1, 1}},
    };
    for (const Row& row : rows) {
        SCOPED_TRACE(row.name);
        HttpTarget target([](const TargetRequest&) { return http_answer(200); });
        Changes changes = row.changes;
        changes.emplace_back("url", target.url());
        changes.emplace_back("mode", std::string("ndjson"));
        const auto made = make_sink("http", changes);
        ASSERT_TRUE(made);
        const TestEvents events(std::vector<std::string>(7, bodies[1]), 1, Format::raw);
        EXPECT_EQ((*made)->deliver(events.items()).taken, 7U);
        std::vector<std::size_t> sizes;
        for (const TargetRequest& request : target.taken()) {
            sizes.push_back(static_cast<std::size_t>(
                std::count(request.body.begin(), request.body.end(), '\n')));
        }
        EXPECT_EQ(sizes, row.sizes);
    }
}

TEST(HttpMessage, OfARefusedBatchTheRefusedEventAloneIsRejected) {
    for (const char* const mode : {"array", "ndjson"}) {
        SCOPED_TRACE(mode);
        HttpTarget target([](const TargetRequest& request) {
            return http_answer(request.body.find("zapped") == std::string::npos ? 200 : 400, "no");
        });
        const auto made = make_sink("http", {{"url", target.url()}, {"mode", std::string(mode)}});
        ASSERT_TRUE(made);
        auto many = ordinary_bodies(10);
        many[4] = many[7] = bodies[1];
        const TestEvents events(many);
        std::span<const sink::Item> rest = events.items();
        std::vector<std::uint64_t> rejected;
        while (!rest.empty()) {
            const sink::Outcome outcome = (*made)->deliver(rest);
            rest = rest.subspan(outcome.taken);
            if (outcome.verdict == Verdict::reject) {
                EXPECT_EQ(outcome.reason, target.place() + " answers 400: no");
                rejected.push_back(rest.front().envelope.seq);
                rest = rest.subspan(1);
            }
        }
        EXPECT_THAT(rejected, ElementsAre(5, 8));
        std::string taken;
        for (const TargetRequest& request : target.taken()) {
            taken += request.body + "\n";
        }
        EXPECT_THAT(taken, HasSubstr("\"seq\":10"));
        EXPECT_THAT(taken, testing::Not(HasSubstr("\"seq\":8")));
    }
}

TEST(HttpMessage, ABatchThatIsTooLargeGoesInParts) {
    HttpTarget target([](const TargetRequest& request) {
        return http_answer(request.body.find("},{") == std::string::npos ? 200 : 413);
    });
    const auto made = make_sink("http", {{"url", target.url()}, {"mode", std::string("array")}});
    ASSERT_TRUE(made);
    const TestEvents events({bodies[1], bodies[1], bodies[1]});
    const sink::Outcome outcome = (*made)->deliver(events.items());
    EXPECT_EQ(outcome.verdict, Verdict::delivered);
    EXPECT_EQ(outcome.taken, 3U);
    ASSERT_EQ(target.taken().size(), 3U);
    EXPECT_EQ(target.taken()[1].headers["webhook-id"], second_id) << "a batch of one is an event";
}

TEST(HttpMessage, ARetryHasTheSameIdAndANewTime) {
    ManualClock clock(noon.now());
    HttpTarget target([](const TargetRequest&) { return http_answer(503); });
    for (const char* const mode : {"single", "array"}) {
        const auto made = make_sink(
            "http",
            {{"url", target.url()},
             {"mode", std::string(mode)},
             {"secrets", std::vector<std::string>{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}}},
            clock);
        ASSERT_TRUE(made);
        const TestEvents events(ordinary_bodies(5));
        for (int attempt = 0; attempt < 2; ++attempt) {
            EXPECT_EQ((*made)->deliver(events.items()).verdict, Verdict::retry);
            clock.advance(std::chrono::seconds(10));
        }
        auto last = target.seen().back().headers;
        auto before = target.seen().rbegin()[1].headers;
        EXPECT_EQ(last["webhook-id"], before["webhook-id"]);
        EXPECT_EQ(std::stol(last["webhook-timestamp"]),
                  std::stol(before["webhook-timestamp"]) + 10);
        EXPECT_NE(last["webhook-signature"], before["webhook-signature"]);
    }
}

}  // namespace
}  // namespace verohook::sinks
