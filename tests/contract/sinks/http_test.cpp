// What the http sink does beyond the contract of all sinks, against a real HTTP server.

#include "fixtures.hpp"
#include "http_target.hpp"
#include "sink_maker.hpp"
#include "test_events.hpp"

#include <gmock/gmock.h>

#include <condition_variable>
#include <set>

namespace verohook::sinks {
namespace {

using sink::Verdict;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class HttpSinkTest : public testing::Test {
protected:
    void start(HttpTarget::Answer answer, Changes changes = {}) {
        target_ = std::make_unique<HttpTarget>(std::move(answer));
        changes.emplace_back("url", target_->url("/hook?a=b"));
        open(changes);
    }

    void open(const Changes& changes, event::Format format = event::Format::json) {
        auto made = make_sink("http", changes, clock_, format);
        ASSERT_TRUE(made) << made.error().message;
        sink_ = std::move(*made);
    }

    [[nodiscard]] sink::Outcome deliver(std::size_t count) {
        const TestEvents events(ordinary_bodies(count));
        return sink_->deliver(events.items());
    }

    [[nodiscard]] std::vector<std::uint64_t> taken_seqs() const {
        std::vector<std::uint64_t> seqs;
        for (const TargetRequest& request : target_->taken()) {
            seqs.push_back(seqs_in(request.body).at(0));
        }
        return seqs;
    }

    ManualClock clock_{*parse_rfc3339("2026-11-23T23:57:41.900000Z")};
    std::unique_ptr<HttpTarget> target_;
    std::unique_ptr<sink::Sink> sink_;
};

HttpTarget::Answer always(const std::string& answer) {
    return [answer](const TargetRequest&) { return answer; };
}

std::uint64_t seq_of(const TargetRequest& request) {
    return seqs_in(request.body).at(0);
}

struct StatusCase {
    unsigned status;
    Verdict verdict;
};

TEST_F(HttpSinkTest, DoesWhatTheStatusSays) {
    std::vector<StatusCase> rows{{200, Verdict::delivered}, {201, Verdict::delivered},
                                 {204, Verdict::delivered}, {299, Verdict::delivered},
                                 {600, Verdict::retry},     {999, Verdict::retry}};
    for (const unsigned status : {300U, 301U, 302U, 303U, 304U, 307U, 308U, 408U, 425U, 429U, 500U,
                                  501U, 502U, 503U, 504U, 507U, 599U}) {
        rows.push_back({status, Verdict::retry});
    }
    for (const unsigned status :
         {400U, 401U, 403U, 404U, 405U, 409U, 410U, 413U, 415U, 418U, 422U, 431U, 451U, 499U}) {
        rows.push_back({status, Verdict::reject});
    }
    std::atomic<unsigned> status{0};
    start([&](const TargetRequest& request) {
        const bool is_second = seq_of(request) == 2;
        const std::string body = status == 204 || status == 304 ? "" : "because\nof it";
        return http_answer(is_second ? status.load() : 200, body);
    });
    for (const StatusCase& row : rows) {
        SCOPED_TRACE(row.status);
        status = row.status;
        const sink::Outcome outcome = deliver(3);
        EXPECT_EQ(outcome.verdict, row.verdict);
        EXPECT_EQ(outcome.taken, row.verdict == Verdict::delivered ? 3U : 1U);
        const std::string answers = target_->place() + " answers " + std::to_string(row.status);
        EXPECT_THAT(outcome.reason, StartsWith(row.verdict == Verdict::delivered ? "" : answers));
        if (row.verdict == Verdict::reject) {
            EXPECT_EQ(outcome.reason, answers + ": because of it");
        }
        EXPECT_FALSE(outcome.retry_after.has_value());
    }
    EXPECT_EQ(target_->connections(), 1U) << "every answer leaves the connection usable";
}

TEST_F(HttpSinkTest, ALongAnswerIsCutInTheReason) {
    start(always(http_answer(400, std::string(5000, 'x'))));
    const sink::Outcome outcome = deliver(1);
    EXPECT_EQ(outcome.verdict, Verdict::reject);
    EXPECT_EQ(outcome.reason, target_->place() + " answers 400: " + std::string(200, 'x') + "…");
}

TEST_F(HttpSinkTest, SaysWhereARedirectLeadsAndNotWhatIsSecret) {
    struct Row {
        std::string location;
        std::string shown;
    };
    const std::vector<Row> rows{
        {"https://other.example/new", "a redirect to https://other.example/new;"},
        {"https://other.example/hook", "a redirect to https://other.example/(the same path);"},
        {"/hook/", "a redirect to /(the same path)/;"},
        {"https://user:word@other.example/a@b?token=x#y",
         "a redirect to https://other.example/a@b;"},
        {"", "a redirect to nowhere;"},
    };
    std::string location;
    start([&](const TargetRequest&) {
        return http_answer(301, "", location.empty() ? "" : "Location: " + location + "\r\n");
    });
    for (const Row& row : rows) {
        location = row.location;
        const sink::Outcome outcome = deliver(1);
        EXPECT_EQ(outcome.verdict, Verdict::retry);
        EXPECT_EQ(outcome.reason, target_->place() + " answers 301, " + row.shown +
                                      " redirects are not followed: correct the url");
    }
    EXPECT_EQ(target_->seen().size(), rows.size()) << "no redirect was followed";
}

TEST_F(HttpSinkTest, HandsOnForHowLongTheTargetWantsToBeLeftAlone) {
    using std::chrono::milliseconds;
    struct Row {
        std::string value;
        std::optional<milliseconds> expected;
    };
    constexpr milliseconds year = std::chrono::hours(24) * 365;
    // The clock stands at 23:57:41.9.
    const std::vector<Row> rows{
        {"0", milliseconds{0}},
        {"120", milliseconds{120'000}},
        {"99999999999999999999999", year},
        {"99999999999", year},
        {"Mon, 23 Nov 2026 23:58:42 GMT", milliseconds{61'000}},
        {"Monday, 23-Nov-26 23:58:42 GMT", milliseconds{61'000}},
        {"Mon Nov 23 23:58:42 2026", milliseconds{61'000}},
        {"Sun, 06 Nov 1994 08:49:37 GMT", milliseconds{0}},
        {"Mon, 23 Nov 9999 23:58:42 GMT", year},
        {"-1", std::nullopt},
        {"1.5", std::nullopt},
        {"soon", std::nullopt},
        {"Mon, 23 Nov 2026 23:58:42 CET", std::nullopt},
        {"Mon, 23 Nov 2026 23:58:42 GMT or so", std::nullopt},
    };
    std::string value;
    start([&](const TargetRequest&) {
        return http_answer(503, "", "retry-after:  " + value + " \r\n");
    });
    for (const Row& row : rows) {
        SCOPED_TRACE(row.value);
        value = row.value;
        const sink::Outcome outcome = deliver(1);
        EXPECT_EQ(outcome.verdict, Verdict::retry);
        EXPECT_EQ(outcome.retry_after, row.expected);
    }
}

TEST_F(HttpSinkTest, KeepsTheConnectionFromBatchToBatch) {
    start(always(http_answer(200)));
    for (int batch = 0; batch < 3; ++batch) {
        EXPECT_EQ(deliver(10).taken, 10U);
    }
    EXPECT_EQ(target_->connections(), 1U);
    sink_->request_reopen();
    EXPECT_EQ(deliver(10).taken, 10U);
    EXPECT_EQ(target_->connections(), 2U) << "SIGHUP connects anew";
}

TEST_F(HttpSinkTest, AConnectionThatTheTargetClosedIsNoFailure) {
    start(always(http_answer(200, "", "Connection: close\r\n")));
    EXPECT_EQ(deliver(5).verdict, Verdict::delivered);
    EXPECT_EQ(target_->connections(), 5U);
    target_->stop();
    target_->start();
    EXPECT_EQ(deliver(5).verdict, Verdict::delivered);

    start(always(http_answer(200)));
    EXPECT_EQ(deliver(5).verdict, Verdict::delivered);
    target_->stop();
    target_->start();
    EXPECT_EQ(deliver(5).verdict, Verdict::delivered) << "closed while it was idle";
    EXPECT_EQ(target_->taken().size(), 10U);
}

TEST_F(HttpSinkTest, ASuccessCountsHoweverTheAnswerEnds) {
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    const std::vector<std::string> answers{
        ok + "Connection: close\r\nContent-Length: 100\r\n\r\nabc",
        ok + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ok + "Content-Length: 99999999999\r\n\r\n" + std::string(1024UL * 1024, 'x'),
        ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nabc",
    };
    for (const std::string& answer : answers) {
        SCOPED_TRACE(answer.substr(0, 100));
        start(always(answer), {{"timeout", std::chrono::milliseconds{200}}});
        EXPECT_EQ(deliver(2).taken, 2U);
        EXPECT_EQ(target_->connections(), 2U);
    }
}

TEST_F(HttpSinkTest, WhatIsNoAnswerIsTriedAgain) {
    for (const std::string& answer :
         {std::string(), std::string("garbage\r\n\r\nConnection: close\r\n"),
          std::string("HTTP/1.1 20Connection: close\r\n"),
          std::string("HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n")}) {
        SCOPED_TRACE(answer);
        start(always(answer));
        const sink::Outcome outcome = deliver(1);
        EXPECT_EQ(outcome.verdict, Verdict::retry);
        EXPECT_THAT(outcome.reason, StartsWith(target_->place() + ": reading the answer: "));
    }
}

TEST_F(HttpSinkTest, TimeIsUp) {
    using std::chrono::milliseconds;
    std::mutex mutex;
    std::condition_variable changed;
    bool is_over = false;
    HttpTarget silent([&](const TargetRequest&) {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return is_over; });
        return std::string();
    });
    open({{"url", silent.url()}, {"timeout", milliseconds{50}}});
    const sink::Outcome late = deliver(1);
    EXPECT_EQ(late.verdict, Verdict::retry);
    EXPECT_THAT(late.reason, HasSubstr("timed out"));
    {
        const std::lock_guard lock(mutex);
        is_over = true;
    }
    changed.notify_all();

    // To this one the handshake is a request that has not come to its end yet.
    open({{"url", "https" + silent.url().substr(4)},
          {"timeout", milliseconds{3'600'000}},
          {"connect_timeout", milliseconds{50}}});
    const sink::Outcome unconnected = deliver(1);
    EXPECT_EQ(unconnected.verdict, Verdict::retry);
    EXPECT_THAT(unconnected.reason, StartsWith(silent.place()));
    EXPECT_THAT(unconnected.reason, HasSubstr("timed out"));
}

TEST_F(HttpSinkTest, OverAUnixSocket) {
    const TemporaryFolder folder;
    const HttpTarget target(always(http_answer(200)), folder.path() / "target.sock");
    open({{"url", target.url("/hook")}});
    EXPECT_EQ(deliver(3).taken, 3U);
    EXPECT_EQ(target.taken().size(), 3U);
    EXPECT_EQ(target.taken()[0].line, "POST /hook HTTP/1.1");
}

TEST_F(HttpSinkTest, SeveralConnectionsDeliverAtOnce) {
    std::mutex mutex;
    std::condition_variable changed;
    int waiting = 0;
    start(
        [&](const TargetRequest&) {
            // Nobody is answered before four are there.
            std::unique_lock lock(mutex);
            ++waiting;
            changed.notify_all();
            changed.wait(lock, [&] { return waiting >= 4; });
            return http_answer(200);
        },
        {{"concurrency", std::int64_t{4}}});
    EXPECT_EQ(deliver(40).taken, 40U);
    EXPECT_EQ(target_->connections(), 4U);
    const auto seqs = taken_seqs();
    EXPECT_EQ(std::set<std::uint64_t>(seqs.begin(), seqs.end()).size(), 40U);
    EXPECT_EQ(seqs.size(), 40U);
}

TEST_F(HttpSinkTest, OfSeveralConnectionsTheSafePrefixCounts) {
    for (const unsigned status : {503U, 422U}) {
        SCOPED_TRACE(status);
        std::mutex mutex;
        std::condition_variable changed;
        std::size_t beyond = 0;
        start(
            [&](const TargetRequest& request) {
                std::unique_lock lock(mutex);
                if (seq_of(request) > 3) {
                    ++beyond;
                    changed.notify_all();
                } else if (seq_of(request) == 3) {
                    // It fails when others beyond it have been delivered.
                    changed.wait(lock, [&] { return beyond >= 3; });
                    return http_answer(status);
                }
                return http_answer(200);
            },
            {{"concurrency", std::int64_t{2}}});
        const sink::Outcome outcome = deliver(50);
        EXPECT_EQ(outcome.verdict, status == 503 ? Verdict::retry : Verdict::reject);
        EXPECT_EQ(outcome.taken, 2U);
        EXPECT_LT(target_->taken().size(), 49U) << "a failure ends the round";
    }
}

struct HttpOptionCase {
    const char* name;
    Changes changes;
    std::string sentence;
};

TEST_F(HttpSinkTest, RefusesWrongOptionsAndRepeatsNoSecret) {
    using List = std::vector<std::string>;
    const std::string good = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const std::vector<HttpOptionCase> rows{
        {"no URL", {{"url", std::string("gopher://hidden")}}, "url: this is no URL to send to"},
        {"no host", {{"url", std::string("http://")}}, "url: this is no URL to send to"},
        {"no header", {{"headers", List{"A: b", "hidden"}}}, "headers: header 2 must be written"},
        {"a line break", {{"headers", List{"A: hidden\r\nB: c"}}}, "headers: the header must be"},
        {"no token", {{"headers", List{"A b: hidden"}}}, "headers: the header must be written"},
        {"an own header",
         {{"headers", List{"content-TYPE: hidden"}}},
         "headers: the header is 'content-TYPE', which the sink sets itself"},
        {"a signature",
         {{"headers", List{"Webhook-Signature: hidden"}}},
         "headers: the header is 'Webhook-Signature', which the sink sets itself"},
        {"an attribute",
         {{"headers", List{"CE-Type: hidden"}}},
         "headers: the header is 'CE-Type', which the sink sets itself"},
        {"twice", {{"headers", List{"A: hidden", "a: hidden"}}}, "headers: 'a' stands there twice"},
        {"no whsec_",
         {{"secrets", List{good, good.substr(6)}}},
         "secrets: secret 2 must be whsec_"},
        {"no Base64", {{"secrets", List{good + "!"}}}, "secrets: the secret must be whsec_"},
        {"too short", {{"secrets", List{"whsec_aGlkZGVu"}}}, "secrets: the secret must be"},
        {"too long",
         {{"secrets", List{"whsec_" + std::string(88, 'A')}}},
         "secrets: the secret must be whsec_"},
        {"relative", {{"ca_file", std::string("ca.pem")}}, "ca_file: must be an absolute path"},
        {"unused",
         {{"ca_file", std::string("/ca.pem")}, {"verify_tls", false}},
         "ca_file: has no use with verify_tls = false"},
        {"no key", {{"cert_file", std::string("/a.pem")}}, "cert_file: needs key_file"},
        {"no certificate", {{"key_file", std::string("/a.key")}}, "key_file: needs cert_file"},
        {"binary batch",
         {{"cloudevents", std::string("binary")}, {"mode", std::string("array")}},
         "cloudevents: cannot be \"binary\" unless mode is \"single\""},
        {"binary line",
         {{"cloudevents", std::string("binary")}, {"format", std::string("json")}},
         "cloudevents: cannot be \"binary\" unless format is \"cloudevents\""},
        {"no such file",
         {{"url", std::string("https://localhost")}, {"ca_file", std::string("/nowhere.pem")}},
         "cannot use /nowhere.pem as the certificate authorities: "},
    };
    for (HttpOptionCase row : rows) {
        SCOPED_TRACE(row.name);
        row.changes.insert(row.changes.begin(), {"url", std::string("http://localhost")});
        const auto made = make_sink("http", row.changes);
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().code, ErrorCode::invalid_input);
        EXPECT_THAT(made.error().message, StartsWith(row.sentence));
        EXPECT_THAT(made.error().message, testing::Not(HasSubstr("hidden")));
    }
    EXPECT_TRUE(make_sink("http", {{"url", std::string("http://localhost")},
                                   {"secrets", List{good}},
                                   {"headers", List{"Authorization: Bearer x", "X-Empty:"}}}));
}

}  // namespace
}  // namespace verohook::sinks
