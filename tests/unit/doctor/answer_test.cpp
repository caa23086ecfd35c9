#include "doctor/answer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace verohook::doctor {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string secret = "a-secret-that-is-told-nobody";
const std::string id = "0123456789abcdef0123456789abcdef";

http::ClientResponse plain(unsigned status, std::string body = "<html></html>") {
    return {status, {{"Content-Type", "text/html"}, {"Server", "nginx/1.22.1"}}, std::move(body)};
}

http::ClientResponse problem(unsigned status, const std::string& code, std::string members = "") {
    return {status,
            {{"content-type", "application/problem+json"}, {"x-request-id", "doctor-1"}},
            R"({"code":")" + code + R"(","detail":")" + secret + '"' + std::move(members) + "}"};
}

struct AnswerCase {
    const char* name;
    http::ClientResponse response;
    const char* words;
    const char* advice;
};

TEST(Answer, EachHasItsMeaning) {
    http::ClientResponse redirect = plain(308);
    redirect.headers.emplace_back("Location", "https://u:p@b.example:8443/" + secret);
    http::ClientResponse relative = plain(302);
    relative.headers.emplace_back("Location", "/login?" + secret);
    http::ClientResponse no_id = problem(404, "not_found");
    no_id.headers.pop_back();
    http::ClientResponse foreign_problem = problem(404, "no_such_thing");
    const AnswerCase cases[] = {
        {"wrong path", problem(404, "not_found"), "its secret is wrong", "none of auth.secrets"},
        {"unauthorized", problem(401, "unauthorized"), "no valid secret", "none of auth.secrets"},
        {"forbidden", problem(403, "forbidden", R"(,"client":"203.0.113.9")"),
         "takes to be 203.0.113.9", "auth.trusted_proxies"},
        {"forbidden, without a known client", problem(403, "forbidden", R"(,"client":"unix")"),
         "takes to be unknown", "auth.allow"},
        {"forbidden, with a lie", problem(403, "forbidden", ",\"client\":\"" + secret + "\""),
         "takes to be unknown", "auth.allow"},
        {"full", problem(503, "unavailable"), "cannot take events now", "disk"},
        {"broken", problem(400, "bad_request"), "bad_request", "changes the request"},
        {"somebody's problem", foreign_problem, "404 is not verohook's", "config/nginx.conf"},
        {"a problem without an id", no_id, "404 is not verohook's", "config/nginx.conf"},
        {"a redirect", redirect, "leads to https://b.example:8443;", "needs no redirect"},
        {"a redirect to a path", relative, "leads to another path", "needs no redirect"},
        {"a page", plain(200), "200 is not verohook's, it is of nginx", "config/nginx.conf"},
        {"an empty 204", plain(204, ""), "204 is not verohook's", "config/nginx.conf"},
        {"502", plain(502), "does not reach verohook", "127.0.0.1:8080"},
        {"503", plain(503), "no server to ask", "127.0.0.1:8080"},
        {"504", plain(504), "in time", "127.0.0.1:8080"},
        {"401 of a proxy", plain(401), "a password", "take the password off"},
        {"403 of a proxy", plain(403), "nobody through", "deny rules"},
        {"413 of a proxy", plain(413), "80 bytes", "client_max_body_size"},
        {"429 of a proxy", plain(429), "the rate", "bursts"},
        {"405 of a proxy", plain(405), "405 is not verohook's", "config/nginx.conf"},
        {"no number", plain(200, R"({"status":"test","seq":"1","id":")" + id + "\"}"),
         "not verohook's", "config/nginx.conf"},
        {"number 0", plain(200, R"({"status":"test","seq":0,"id":")" + id + "\"}"),
         "not verohook's", "config/nginx.conf"},
        {"no id", plain(200, R"({"status":"test","seq":1,"id":")" + secret + "\"}"),
         "not verohook's", "config/nginx.conf"},
        {"an ordinary event", plain(200, R"({"status":"unrecognized","seq":7,"id":")" + id + "\"}"),
         "event of Vero's, as number 7", "changes bodies"},
    };
    for (const AnswerCase& each : cases) {
        SCOPED_TRACE(each.name);
        Report report;
        const AnswerContext context{.path = "/webhooks/vero",
                                    .listen = "127.0.0.1:8080",
                                    .secret = SecretSource::url_unknown};
        EXPECT_FALSE(judge_answer(report, each.response, context).has_value());
        ASSERT_EQ(report.findings().size(), 1U);
        EXPECT_TRUE(report.has_failed("answer"));
        EXPECT_THAT(report.findings()[0].sentence, HasSubstr(each.words));
        EXPECT_THAT(report.findings()[0].advice, HasSubstr(each.advice));
        EXPECT_THAT(to_json(report) + to_text(report, true), Not(HasSubstr(secret)));
    }
}

TEST(Answer, OfATestEventNamesItsPlace) {
    Report report;
    const auto stored =
        judge_answer(report, plain(200, R"({"status":"test","seq":17,"id":")" + id + "\"}"), {});
    ASSERT_TRUE(stored.has_value());
    EXPECT_EQ(stored->seq, 17U);
    EXPECT_EQ(stored->id, id);
    EXPECT_FALSE(report.has_failed());
}

TEST(Answer, WhereNoDaemonRunsTheProxyIsNotToBlame) {
    Report report;
    EXPECT_FALSE(judge_answer(report, plain(502), {.daemon_runs = false}).has_value());
    EXPECT_THAT(report.findings()[0].advice, HasSubstr("start it first"));
}

TEST(Answer, HasADate) {
    http::ClientResponse response = plain(200);
    EXPECT_EQ(date_of(response), std::nullopt);
    response.headers.emplace_back("date", "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(date_of(response), parse_rfc3339("1994-11-06T08:49:37Z"));
    response.headers.back().second = "Sun, 06 Nov 1994 08:49:37 GMT+1";
    EXPECT_EQ(date_of(response), std::nullopt);
}

TEST(Report, IsALineForEachAndFitForATerminal) {
    Report report;
    report.ok("disk", "it has room");
    report.warn("tls", "it says \x1b[31m\n", "look\tthere");
    EXPECT_FALSE(report.has_failed());
    report.fail("sink crm", "it is down", "mend it");
    EXPECT_TRUE(report.has_failed());
    EXPECT_FALSE(report.has_failed("disk"));
    EXPECT_EQ(to_text(report, false),
              "ok       disk      it has room\n"
              "warning  tls       it says \\x1b[31m\\n\n"
              "                   → look\\tthere\n"
              "failed   sink crm  it is down\n"
              "                   → mend it\n");
    EXPECT_EQ(to_json(report),
              R"({"schema":"verohook.doctor.v1","ok":false,"checks":[)"
              R"({"check":"disk","verdict":"ok","sentence":"it has room","advice":""},)"
              R"({"check":"tls","verdict":"warning","sentence":"it says \\x1b[31m\\n",)"
              R"("advice":"look\\tthere"},)"
              R"({"check":"sink crm","verdict":"failed","sentence":"it is down",)"
              R"("advice":"mend it"}]})");
}

}  // namespace
}  // namespace verohook::doctor
