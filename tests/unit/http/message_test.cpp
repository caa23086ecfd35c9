#include "http/message.hpp"
#include "http/response_writer.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace verohook::http {
namespace {

class FixedClock final : public Clock {
public:
    [[nodiscard]] Timestamp now() const override { return at; }
    Timestamp at{std::chrono::microseconds(784'111'777'999'999)};
};

TEST(Message, PercentDecode) {
    struct Row {
        const char* name;
        std::string text;
        std::optional<std::string> expected;
    };
    const std::vector<Row> rows{
        {"nothing", "", ""},
        {"plain", "abc", "abc"},
        {"plus stays", "a+b", "a+b"},
        {"escapes", "%41%2f%2F%c3%A9", "A//\xC3\xA9"},
        {"NUL", "%00", std::string(1, '\0')},
        {"percent", "%25", "%"},
        {"decoded once", "%2541", "%41"},
        {"cut off", "a%4", std::nullopt},
        {"cut off at once", "%", std::nullopt},
        {"no digits", "%zz", std::nullopt},
        {"sign", "%+1", std::nullopt},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(percent_decode(row.text), row.expected) << row.name;
    }
}

TEST(Message, QueryValue) {
    struct Row {
        const char* name;
        std::string query;
        std::string key;
        std::optional<std::string> expected;
    };
    const std::vector<Row> rows{
        {"nothing", "", "a", std::nullopt},
        {"one", "a=1", "a", "1"},
        {"second", "a=1&token=x", "token", "x"},
        {"the first counts", "a=1&a=2", "a", "1"},
        {"escaped key", "%61=1", "a", "1"},
        {"escaped value", "a=%26%3D", "a", "&="},
        {"no value", "a", "a", ""},
        {"empty value", "a=&b=1", "a", ""},
        {"broken value", "a=%4", "a", std::nullopt},
        {"broken other", "%4=1&a=2", "a", "2"},
        {"two equals", "a=b=c", "a", "b=c"},
        {"empty pairs", "&&a=1&", "a", "1"},
        {"longer key", "ab=1", "a", std::nullopt},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(query_value(row.query, row.key), row.expected) << row.name;
    }
}

TEST(Message, ProblemIsRfc9457) {
    const Response response = problem(400, "malformed_json", "a \"quote\"", R"("offset":12)");
    EXPECT_EQ(response.status, 400U);
    EXPECT_EQ(response.content_type, "application/problem+json");
    EXPECT_EQ(response.body, R"({"type":"about:blank","title":"Bad Request","status":400,)"
                             R"("code":"malformed_json","detail":"a \"quote\"","offset":12})"
                             "\n");
}

TEST(Message, ProblemEscapesWhatComesFromOutside) {
    const Response response = problem(400, "x", "\x1b[2J\n\\\xff\xE2\x80\xAE");
    EXPECT_NE(response.body.find(R"(\u001b[2J\n\\)"
                                 "\xEF\xBF\xBD\\u202e"),
              std::string::npos)
        << response.body;
}

TEST(ResponseWriter, Table) {
    struct Row {
        const char* name;
        Response response;
        ResponseContext context;
        std::string expected;
    };
    const std::string common = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nServer: verohook\r\n";
    const std::vector<Row> rows{
        {"kept",
         Response{.body = "{}"},
         {.request_id = "r"},
         "HTTP/1.1 200 OK\r\n" + common +
             "Content-Type: application/json\r\nContent-Length: 2\r\nX-Request-Id: r\r\n\r\n{}"},
        {"closed",
         Response{.status = 404},
         {.request_id = "r", .keep_alive = false},
         "HTTP/1.1 404 Not Found\r\n" + common +
             "Content-Type: application/json\r\nContent-Length: 0\r\nX-Request-Id: r\r\n"
             "Connection: close\r\n\r\n"},
        {"1.0 kept",
         Response{.body = "x"},
         {.request_id = "r", .version = 10},
         "HTTP/1.1 200 OK\r\n" + common +
             "Content-Type: application/json\r\nContent-Length: 1\r\nX-Request-Id: r\r\n"
             "Connection: keep-alive\r\n\r\nx"},
        {"HEAD",
         Response{.body = "abc"},
         {.request_id = "r", .is_head = true},
         "HTTP/1.1 200 OK\r\n" + common +
             "Content-Type: application/json\r\nContent-Length: 3\r\nX-Request-Id: r\r\n\r\n"},
        {"no content",
         Response{.status = 204, .body = "x"},
         {.request_id = "r"},
         "HTTP/1.1 204 No Content\r\n" + common + "X-Request-Id: r\r\n\r\n"},
        {"unknown status",
         Response{.status = 299, .content_type = ""},
         {.request_id = "r"},
         "HTTP/1.1 299 Unknown\r\n" + common + "Content-Length: 0\r\nX-Request-Id: r\r\n\r\n"},
        {"a line break in a header",
         Response{.status = 405, .headers = {{"Allow", "POST\r\nSet-Cookie: a"}}},
         {.request_id = "r"},
         "HTTP/1.1 405 Method Not Allowed\r\n" + common +
             "Content-Type: application/json\r\nContent-Length: 0\r\nX-Request-Id: r\r\n"
             "Allow: POST  Set-Cookie: a\r\n\r\n"},
    };
    const FixedClock clock;
    for (const Row& row : rows) {
        ResponseWriter writer(clock);
        std::string out;
        writer.append(out, row.response, row.context);
        EXPECT_EQ(out, row.expected) << row.name;
    }
}

TEST(ResponseWriter, TheDateFollowsTheClock) {
    FixedClock clock;
    ResponseWriter writer(clock);
    std::string out;
    writer.append(out, Response{}, {.request_id = "r"});
    clock.at += std::chrono::seconds(1);
    out.clear();
    writer.append(out, Response{}, {.request_id = "r"});
    EXPECT_NE(out.find("08:49:38 GMT"), std::string::npos);
}

}  // namespace
}  // namespace verohook::http
