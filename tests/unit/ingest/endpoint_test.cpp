#include "ingest/endpoint.hpp"

#include "base/log.hpp"
#include "event/test_event.hpp"
#include "ingest/malformed.hpp"
#include "support/compress.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace verohook::ingest {
namespace {

using test::compressed;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

/// Takes drafts and answers as it is told, so that what the endpoint does with each answer shows.
class ScriptedJournal final : public journal::Journal {
public:
    std::string id() const override { return "00000000000000a1"; }
    void append(std::unique_ptr<journal::AppendRequest> request) override {
        drafts.push_back(request->draft);
        waiting.push_back(std::move(request));
    }
    void answer(const Result<journal::Receipt>& outcome) {
        const auto request = std::move(waiting.front());
        waiting.erase(waiting.begin());
        request->completed(outcome, journal::Rest::none);
    }
    Result<std::vector<journal::RecordPtr>> read(journal::Seq, journal::ReadLimit) override {
        return std::vector<journal::RecordPtr>{};
    }
    bool wait_beyond(journal::Seq, std::chrono::milliseconds, std::stop_token) override {
        return false;
    }
    journal::Seq newest_given() const override { return newest(); }
    journal::Seq newest() const override { return 0; }
    Result<journal::Seq> open_cursor(const std::string&, journal::From) override { return 0; }
    void release_cursor(const std::string&) override {}
    void commit_position(const std::string&, journal::Position) override {}
    std::map<std::string, journal::Seq> positions() const override { return {}; }
    Result<journal::Seq> last_before(Timestamp) override { return 0; }
    Result<std::vector<journal::StoredLetter>> letters(const std::string&, journal::Seq,
                                                       journal::ReadLimit) override {
        return std::vector<journal::StoredLetter>{};
    }
    Result<std::map<std::string, std::uint64_t>> letter_counts() override {
        return std::map<std::string, std::uint64_t>{};
    }
    Result<void> change_letters(const std::string&, journal::LetterChange) override { return {}; }
    Result<std::uint64_t> erase(std::vector<journal::Erasure>) override { return 0; }
    std::uint64_t erasures() const override { return 0; }
    Result<void> scrub() override { return {}; }
    Result<std::uint64_t> add_erasure_report(Timestamp, std::string) override { return 0; }
    Result<std::vector<journal::UnfinishedErasure>> unfinished_erasures() override {
        return std::vector<journal::UnfinishedErasure>{};
    }
    Result<std::uint64_t> replace_unfinished(std::vector<std::uint64_t>, std::string) override {
        return 0;
    }
    void set_limits(const JournalLimits&) override {}
    void let_go(std::shared_ptr<const void>) override {}
    journal::Health health() const override { return {}; }
    journal::Measurements measurements() const override { return {}; }
    void close() override {}

    std::vector<journal::Draft> drafts;
    std::vector<std::unique_ptr<journal::AppendRequest>> waiting;
};

class FakeExchange final : public http::Exchange {
public:
    explicit FakeExchange(http::RequestHead head, std::string body)
        : head_(std::move(head)), body_(std::move(body)) {}
    const http::RequestHead& head() const override { return head_; }
    std::string& body() override { return body_; }
    Timestamp received_at() const override { return Timestamp{std::chrono::seconds{1}}; }
    void respond(http::Response response, http::Wake /*wake*/) override {
        response_ = std::move(response);
    }

    std::optional<http::Response> response_;

private:
    http::RequestHead head_;
    std::string body_;
};

http::RequestHead local_post(std::string path = "/webhooks/vero") {
    http::RequestHead head;
    head.method = "POST";
    head.path = std::move(path);
    head.peer.address = *IpAddress::parse("127.0.0.1");
    head.request_id = "r1";
    return head;
}

EndpointSettings small_bodies() {
    EndpointSettings settings;
    settings.body_bytes_max = 1000;
    return settings;
}

class EndpointTest : public testing::Test {
protected:
    /// Posts a body and has the journal answer; the response is in `exchange`.
    void post(const std::string& body, const Result<journal::Receipt>& outcome,
              http::RequestHead head = local_post()) {
        exchange = std::make_unique<FakeExchange>(std::move(head), body);
        endpoint.on_request(*exchange);
        if (!journal.waiting.empty()) {
            EXPECT_FALSE(exchange->response_) << "answered before the journal did";
            journal.answer(outcome);
        }
    }
    [[nodiscard]] const http::Response& response() const { return *exchange->response_; }

    ScriptedJournal journal;
    Endpoint endpoint{small_bodies(), journal};
    std::unique_ptr<FakeExchange> exchange;
};

const journal::Receipt receipt{.seq = 7, .id = {1, 2}, .duplicate_of = {}};

TEST_F(EndpointTest, AcceptsAKnownType) {
    post(R"({"type":"clicked","clicked_at":5})", receipt);
    EXPECT_EQ(response().status, 200U);
    EXPECT_EQ(response().body, R"({"status":"accepted","id":"00000000000000010000000000000002",)"
                               R"("seq":7,"type":"clicked"})");
    EXPECT_EQ(journal.drafts.at(0).kind, journal::Kind::recognized);
    EXPECT_EQ(journal.drafts.at(0).type, "clicked");
    EXPECT_EQ(journal.drafts.at(0).occurred_at, Timestamp{std::chrono::seconds{5}});
    EXPECT_EQ(journal.drafts.at(0).remote, "127.0.0.1");
    EXPECT_EQ(journal.drafts.at(0).request_id, "r1");
}

TEST_F(EndpointTest, SaysWhatADuplicateRepeats) {
    post(R"({"type":"clicked","clicked_at":5})", journal::Receipt{8, {1, 2}, 7});
    EXPECT_THAT(response().body, HasSubstr(R"("status":"duplicate")"));
    EXPECT_THAT(response().body, HasSubstr(R"("duplicate_of":7)"));
}

TEST_F(EndpointTest, KeepsWhatItDoesNotKnow) {
    post(R"({"type":"teleported"})", receipt);
    EXPECT_EQ(response().status, 200U);
    EXPECT_THAT(response().body, HasSubstr(R"("status":"unrecognized")"));
    EXPECT_EQ(journal.drafts.at(0).kind, journal::Kind::unrecognized);
}

TEST_F(EndpointTest, KeepsATestEventApart) {
    const std::string body = event::test_event_body("0123456789abcdef0123456789abcdef");
    post(body, receipt);
    EXPECT_EQ(response().status, 200U);
    EXPECT_EQ(response().reason, "test");
    EXPECT_EQ(response().body, R"({"status":"test","id":"00000000000000010000000000000002",)"
                               R"("seq":7,"type":"verohook_test"})");
    EXPECT_EQ(journal.drafts.at(0).kind, journal::Kind::test);
    EXPECT_EQ(journal.drafts.at(0).type, event::test_event_type);
    EXPECT_EQ(journal.drafts.at(0).body, body);
    EXPECT_EQ(endpoint.counts().tests(), 1U);
    EXPECT_EQ(endpoint.counts().unrecognized(), 0U);
    // With more in it, it is what Vero might have sent.
    post(R"({"type":"verohook_test","opened_at":5})", receipt);
    EXPECT_EQ(journal.drafts.at(1).kind, journal::Kind::unrecognized);
    EXPECT_EQ(endpoint.counts().unrecognized(), 1U);
    // Where it could not be stored, there is none.
    post(body, Error{ErrorCode::full, ""});
    EXPECT_EQ(response().status, 503U);
    EXPECT_EQ(endpoint.counts().tests(), 1U);
}

TEST_F(EndpointTest, CountsWhatWasStored) {
    post(R"({"type":"clicked","clicked_at":5})", receipt);
    EXPECT_EQ(response().reason, "accepted");
    post(R"({"type":"clicked","clicked_at":5})", journal::Receipt{8, {1, 2}, 7});
    EXPECT_EQ(response().reason, "duplicate");
    post(R"({"type":"teleported"})", receipt);
    EXPECT_EQ(response().reason, "unrecognized");
    post("[1]", receipt);
    EXPECT_EQ(response().reason, "malformed_json");
    const std::pair<ErrorCode, std::string_view> refusals[] = {
        {ErrorCode::full, "full"},
        {ErrorCode::stopping, "stopping"},
        {ErrorCode::unavailable, "unavailable"},
    };
    for (const auto& [code, reason] : refusals) {
        post(R"({"type":"clicked","clicked_at":6})", Error{code, "no"});
        EXPECT_EQ(response().reason, reason);
    }
    const auto& types = event::known_types();
    for (std::size_t type = 0; type < types.size(); ++type) {
        EXPECT_EQ(endpoint.counts().of_type(type), types[type] == "clicked" ? 2U : 0U);
    }
    EXPECT_EQ(endpoint.counts().duplicates(), 1U);
    EXPECT_EQ(endpoint.counts().unrecognized(), 1U);
    EXPECT_EQ(endpoint.counts().malformed(), 1U);
}

TEST_F(EndpointTest, AnswersTheTypeAsTheEventHasIt) {
    struct Row {
        const char* body;
        const char* expected;
    };
    const Row rows[] = {
        {R"({"type":"sent","sent_at":5})", R"("type":"sent"})"},
        {R"({"type":"a\u0000\"b"})", R"("type":"a\u0000\"b"})"},
        {R"({"type":""})", R"("type":""})"},
        {"{}", R"("type":null})"},
        {R"({"type":null})", R"("type":null})"},
        {R"({"type":7})", R"("type":null})"},
        {R"({"type":["sent"]})", R"("type":null})"},
    };
    for (const Row& row : rows) {
        post(row.body, receipt);
        EXPECT_THAT(response().body, testing::EndsWith(row.expected)) << row.body;
    }
}

TEST_F(EndpointTest, StoresAMalformedBodyAndSaysWhere) {
    for (const std::string body : {"", "{", "[]", "nonsense", "{\"a\":1}x"}) {
        post(body, receipt);
        EXPECT_EQ(response().status, 400U) << body;
        EXPECT_FALSE(response().close) << body;
        EXPECT_THAT(response().body, HasSubstr(R"("code":"malformed_json")")) << body;
        EXPECT_THAT(response().body, HasSubstr(R"("offset":)")) << body;
        EXPECT_THAT(response().body, HasSubstr(R"("seq":7)")) << body;
        EXPECT_EQ(journal.drafts.back().kind, journal::Kind::malformed) << body;
        EXPECT_EQ(journal.drafts.back().body, body);
    }
}

TEST_F(EndpointTest, WhatIsWrongWithABodyCanBeSaidAgainFromItsRecord) {
    struct Row {
        const char* name;
        const char* coding;
        std::string body;
        const char* expected;
    };
    const Row rows[] = {
        {"no JSON", "", "{x", "was not expected here"},
        {"no JSON, plain", "identity", "{x", "was not expected here"},
        {"no JSON, decompressed", "gzip", compressed("{x"), "was not expected here"},
        {"no gzip", "gzip", "no gzip", "no valid gzip data"},
        {"gzip that ends too early", "GZIP", compressed("{}").substr(0, 12), "ends too early"},
        {"gzip and more", "x-gzip", compressed("{}") + "x", "ends too early"},
    };
    for (const Row& row : rows) {
        http::RequestHead head = local_post();
        if (*row.coding != '\0') {
            head.headers.emplace_back("Content-Encoding", row.coding);
        }
        post(row.body, receipt, head);
        const journal::Draft& draft = journal.drafts.back();
        const event::Malformed why = explain_malformed(draft.body, draft.headers);
        EXPECT_THAT(why.message, HasSubstr(row.expected)) << row.name;
        EXPECT_EQ(response().body,
                  http::problem(400, "malformed_json", why.message,
                                "\"offset\":" + std::to_string(why.offset) + ",\"seq\":7")
                      .body)
            << row.name;
    }
}

TEST_F(EndpointTest, AnswersServiceUnavailableWhereTheDiskDoesNotHoldIt) {
    for (const ErrorCode code : {ErrorCode::unavailable, ErrorCode::full, ErrorCode::stopping}) {
        post(R"({"type":"sent"})", Error{code, "the disk /secret/path is broken"});
        EXPECT_EQ(response().status, 503U);
        EXPECT_THAT(response().body, HasSubstr(R"("code":"unavailable")"));
        EXPECT_THAT(response().body, testing::Not(HasSubstr("/secret/path")));
        EXPECT_THAT(response().headers, testing::Contains(testing::Pair("Retry-After", "5")));
    }
}

TEST_F(EndpointTest, Decompresses) {
    const std::string body = R"({"type":"sent","sent_at":5})";
    http::RequestHead head = local_post();
    head.headers.emplace_back("Content-Encoding", "gzip");
    post(compressed(body), receipt, head);
    EXPECT_EQ(response().status, 200U);
    EXPECT_EQ(journal.drafts.at(0).body, body);

    post(compressed(std::string(1001, ' ')), receipt, head);
    EXPECT_EQ(response().status, 413U);
    EXPECT_EQ(journal.drafts.size(), 1U) << "a bomb is not stored";

    post("no gzip", receipt, head);
    EXPECT_EQ(response().status, 400U);
    EXPECT_EQ(journal.drafts.at(1).kind, journal::Kind::malformed);
    EXPECT_EQ(journal.drafts.at(1).body, "no gzip");
}

TEST_F(EndpointTest, NeverKeepsASecretBesideABody) {
    http::RequestHead head = local_post();
    head.headers.emplace_back("Authorization", "Bearer top-secret");
    head.headers.emplace_back("Cookie", "top-secret");
    head.headers.emplace_back("User-Agent", "Vero");
    post("{}", receipt, head);
    EXPECT_EQ(journal.drafts.at(0).headers, "User-Agent: Vero\n");
}

TEST_F(EndpointTest, AnUnknownClientIsInNoAllowList) {
    EndpointSettings settings;
    settings.auth_required = false;
    settings.trusted_proxies = {*Cidr::parse("127.0.0.0/8")};
    for (const char* network : {"203.0.113.0/24", "0.0.0.0/0", "::/0"}) {
        settings.allow.push_back(*Cidr::parse(network));
    }
    struct Row {
        const char* name;
        const char* peer;  ///< Empty: a unix socket.
        const char* forwarded;
        bool passes;
    };
    const Row rows[] = {
        {"unix, no header", "", "", false},
        {"unix, rubbish", "", "what", false},
        {"unix, rubbish after an address", "", "203.0.113.9, what", false},
        {"unix, an address", "", "203.0.113.9", true},
        {"unix, an address that a proxy passed on", "", "203.0.113.9, 127.0.0.1", true},
        {"a peer", "198.51.100.1", "", true},
    };
    Endpoint guarded(settings, journal);
    for (const Row& row : rows) {
        http::RequestHead head = local_post();
        head.peer.address = *row.peer == '\0' ? IpAddress{} : *IpAddress::parse(row.peer);
        if (*row.forwarded != '\0') {
            head.headers.emplace_back("X-Forwarded-For", row.forwarded);
        }
        const auto refused = guarded.on_head(head);
        EXPECT_EQ(refused ? refused->status : 0, row.passes ? 0U : 403U) << row.name;
    }
}

TEST_F(EndpointTest, AWrongSecretIsToldAsOneKindAndNeverShown) {
    struct Row {
        const char* path;
        const char* query;
        std::vector<std::string> secrets;
        const char* expected;
    };
    const Row rows[] = {
        {"/webhooks/vero/wrong-one", "", {"a-good-secret"}, "203.0.113.9 with a wrong secret in"},
        {"/webhooks/vero/wrong-one", "", {}, "auth.secrets has none"},
        {"/webhooks/vero", "token=wrong-one", {"a-good-secret"}, "203.0.113.9 with a wrong secret"},
        {"/webhooks/vero", "", {"a-good-secret"}, "203.0.113.9 with no secret"},
    };
    for (const Row& row : rows) {
        EndpointSettings settings;
        settings.secrets = row.secrets;
        Endpoint guarded(settings, journal);
        http::RequestHead head = local_post(row.path);
        head.query = row.query;
        std::vector<std::string> said;
        // Whoever sends them from many addresses makes them no kinds of their own.
        std::set<std::string_view> kinds;
        log::set_output([&](const log::Record& record) {
            said.push_back(record.message);
            kinds.insert(record.kind);
        });
        for (const char* peer : {"203.0.113.9", "203.0.113.10"}) {
            head.peer.address = *IpAddress::parse(peer);
            EXPECT_TRUE(guarded.on_head(head).has_value());
        }
        log::set_output(nullptr);
        EXPECT_EQ(said.size(), 2U);
        EXPECT_EQ(kinds.size(), 1U);
        EXPECT_THAT(kinds, testing::Each(testing::Not(IsEmpty())));
        EXPECT_THAT(said, Contains(HasSubstr(row.expected)));
        EXPECT_THAT(said, testing::Each(testing::Not(HasSubstr("wrong-one"))));
    }
}

TEST_F(EndpointTest, RefusesByTheHeadAlone) {
    EndpointSettings settings;
    settings.secrets = {"a-good-secret"};
    settings.allow = {*Cidr::parse("203.0.113.0/24")};
    settings.trusted_proxies = {*Cidr::parse("127.0.0.0/8")};
    Endpoint guarded(settings, journal);
    struct Row {
        const char* name;
        const char* method;
        const char* path;
        const char* bearer;
        const char* client;
        const char* encoding;
        unsigned expected;  ///< 0: goes on
    };
    const Row rows[] = {
        {"right", "POST", "/webhooks/vero", "a-good-secret", "203.0.113.9", "", 0},
        {"secret path", "POST", "/webhooks/vero/a-good-secret", "", "203.0.113.9", "", 0},
        {"wrong secret path", "POST", "/webhooks/vero/a-bad-secret", "", "203.0.113.9", "", 404},
        {"wrong secret path, GET", "GET", "/webhooks/vero/a-bad-secret", "", "203.0.113.9", "",
         404},
        {"secret path and more", "POST", "/webhooks/vero/a-good-secret/x", "", "203.0.113.9", "",
         404},
        {"empty segment", "POST", "/webhooks/vero/", "a-good-secret", "203.0.113.9", "", 404},
        {"other path", "POST", "/", "a-good-secret", "203.0.113.9", "", 404},
        {"longer path", "POST", "/webhooks/veronica", "a-good-secret", "203.0.113.9", "", 404},
        {"no secret", "POST", "/webhooks/vero", "", "203.0.113.9", "", 401},
        {"wrong secret", "POST", "/webhooks/vero", "x", "203.0.113.9", "", 401},
        {"not allowed", "POST", "/webhooks/vero", "a-good-secret", "198.51.100.1", "", 403},
        {"method", "GET", "/webhooks/vero", "a-good-secret", "203.0.113.9", "", 405},
        {"gzip", "POST", "/webhooks/vero", "a-good-secret", "203.0.113.9", "gzip", 0},
        {"identity", "POST", "/webhooks/vero", "a-good-secret", "203.0.113.9", "identity", 0},
        {"brotli", "POST", "/webhooks/vero", "a-good-secret", "203.0.113.9", "br", 415},
        {"twice", "POST", "/webhooks/vero", "a-good-secret", "203.0.113.9", "gzip, gzip", 415},
    };
    for (const Row& row : rows) {
        http::RequestHead head = local_post(row.path);
        head.method = row.method;
        head.headers.emplace_back("X-Forwarded-For", std::string("203.0.113.1, ") + row.client);
        if (*row.bearer != '\0') {
            head.headers.emplace_back("Authorization", std::string("Bearer ") + row.bearer);
        }
        if (*row.encoding != '\0') {
            head.headers.emplace_back("Content-Encoding", row.encoding);
        }
        const auto refused = guarded.on_head(head);
        EXPECT_EQ(refused ? refused->status : 0, row.expected) << row.name;
    }
}

TEST_F(EndpointTest, WhatIsChangedHoldsForTheNextCall) {
    const http::RequestHead head = local_post("/webhooks/vero/second-secret");
    EXPECT_EQ(endpoint.on_head(head)->status, 404U);
    EndpointSettings changed = small_bodies();
    changed.secrets = {"first-secret", "second-secret"};
    const auto retired = endpoint.change(changed);
    EXPECT_NE(retired, nullptr);
    EXPECT_FALSE(endpoint.on_head(head));
    EXPECT_EQ(endpoint.on_head(local_post())->status, 401U);
    changed.path = "/elsewhere";
    changed.allow = {*Cidr::parse("10.0.0.0/8")};
    EXPECT_NE(endpoint.change(changed), retired);
    EXPECT_EQ(endpoint.on_head(head)->status, 404U);
    EXPECT_EQ(endpoint.on_head(local_post("/elsewhere/first-secret"))->status, 403U);
}

}  // namespace
}  // namespace verohook::ingest
