// What a decent client sees: keep-alive, HEAD, Expect, ids, answers from other threads.

#include "unit/http/raw_client.hpp"
#include "unit/http/server_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace verohook::http {
namespace {

TEST(Exchange, HandlerSeesTheRequestAsItWasSent) {
    TestServer server;
    RawClient client(server.address());
    client.send(
        "PATCH /hook?a=1&b=%20 HTTP/1.1\r\nHost: a\r\nX-One:  1 \r\nx-one: 2\r\nX-Empty:\r\n"
        "Content-Length: 2\r\n\r\nhi");
    ASSERT_EQ(client.read_answer()->status, 200U);
    const SeenRequest seen = server.handler.seen().at(0);
    EXPECT_EQ(seen.head.method, "PATCH");
    EXPECT_EQ(seen.head.path, "/hook");
    EXPECT_EQ(seen.head.query, "a=1&b=%20");
    EXPECT_EQ(seen.head.version, 11U);
    EXPECT_EQ(seen.head.header("X-ONE"), "1");
    EXPECT_EQ(seen.head.joined("x-one"), "1, 2");
    EXPECT_EQ(seen.head.header("X-Empty"), "");
    EXPECT_EQ(seen.head.header("X-None"), std::nullopt);
    EXPECT_EQ(seen.head.peer.address.to_string(), "127.0.0.1");
    EXPECT_EQ(seen.body, "hi");
}

TEST(Exchange, AnAbsoluteTargetIsSeenAsItsPath) {
    struct Row {
        const char* target;
        const char* path;
        const char* query;
    };
    const Row rows[] = {
        {"http://a/hook?x=/y?z", "/hook", "x=/y?z"},
        {"https://A/hook", "/hook", ""},
        {"/hook?http://b/", "/hook", "http://b/"},
    };
    TestServer server;
    RawClient client(server.address());
    for (const Row& row : rows) {
        client.send(post(row.target, "x"));
        ASSERT_EQ(client.read_answer()->status, 200U) << row.target;
        EXPECT_EQ(server.handler.seen().back().head.path, row.path) << row.target;
        EXPECT_EQ(server.handler.seen().back().head.query, row.query) << row.target;
    }
}

TEST(Exchange, NothingOfOneRequestGetsIntoTheNext) {
    TestServer server;
    RawClient client(server.address());
    client.send(
        "POST /hook?a=1 HTTP/1.1\r\nHost: a\r\nX-Secret: 1\r\nX-Request-Id: mine\r\n"
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        "GET /hook HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(client.read_answer().has_value());
    const auto second = client.read_answer();
    const SeenRequest seen = server.handler.seen().at(1);
    EXPECT_EQ(seen.head.query, "");
    EXPECT_EQ(seen.head.headers.size(), 1U);
    EXPECT_EQ(seen.body, "");
    EXPECT_NE(second->header("X-Request-Id"), "mine");
}

TEST(Exchange, TrailerFieldsNeverReachTheHead) {
    TestServer server;
    RawClient client(server.address());
    client.send(
        "POST /hook HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"
        "Authorization: Bearer x\r\nX-Forwarded-For: 1.2.3.4\r\nConnection: close\r\n\r\n" +
        post("/hook", "next"));
    EXPECT_EQ(client.read_answer()->status, 200U);
    EXPECT_EQ(client.read_answer()->status, 200U) << "a trailer must not close the connection";
    const SeenRequest seen = server.handler.seen().at(0);
    EXPECT_EQ(seen.head.header("Authorization"), std::nullopt);
    EXPECT_EQ(seen.head.header("X-Forwarded-For"), std::nullopt);
}

TEST(Exchange, RequestIdIsTheCallersIfItIsSane) {
    struct Row {
        const char* name;
        std::string given;
        bool is_taken;
    };
    const std::vector<Row> rows{
        {"plain", "abc-DEF_0.9", true},
        {"64 characters", std::string(64, 'a'), true},
        {"65 characters", std::string(65, 'a'), false},
        {"empty", "", false},
        {"blank", "a b", false},
        {"quote", "a\"b", false},
        {"beyond ASCII", "\xC3\xA9", false},
    };
    TestServer server;
    for (const Row& row : rows) {
        SCOPED_TRACE(row.name);
        RawClient client(server.address());
        client.send(post("/hook", "", "X-Request-Id: " + row.given + "\r\n"));
        const std::string id = client.read_answer()->header("X-Request-Id");
        EXPECT_EQ(id == row.given, row.is_taken);
        EXPECT_EQ(server.handler.seen().back().head.request_id, id);
        if (!row.is_taken) {
            EXPECT_THAT(id, testing::MatchesRegex("[0-9a-f]{16}"));
        }
    }
}

TEST(Exchange, HeadHasTheHeadersAndNoBody) {
    TestServer server;
    RawClient client(server.address());
    client.send("HEAD /hook HTTP/1.1\r\nHost: a\r\n\r\nHEAD /nowhere HTTP/1.1\r\nHost: a\r\n\r\n" +
                post("/hook", "abc"));
    const auto first = client.read_answer(true);
    EXPECT_EQ(first->header("Content-Length"), "1");
    const auto second = client.read_answer(true);
    EXPECT_EQ(second->status, 404U);
    EXPECT_EQ(client.read_answer()->body, "3");
}

TEST(Exchange, Http10IsKeptOnlyWhenAskedFor) {
    TestServer server;
    RawClient kept(server.address());
    kept.send("GET /hook HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
    EXPECT_EQ(kept.read_answer()->header("Connection"), "keep-alive");
    kept.send("GET /hook HTTP/1.0\r\n\r\n");
    EXPECT_EQ(kept.read_answer()->header("Connection"), "close");
    EXPECT_TRUE(kept.is_closed_cleanly());
}

TEST(Exchange, ContinueIsSentOnlyWhereTheBodyIsWanted) {
    struct Row {
        const char* name;
        std::string head;
        unsigned first;
    };
    const std::string expect = "Host: a\r\nExpect: 100-Continue\r\n";
    const std::vector<Row> rows{
        {"wanted", "POST /hook HTTP/1.1\r\n" + expect + "Content-Length: 3\r\n\r\n", 100},
        {"no body", "POST /hook HTTP/1.1\r\n" + expect + "\r\n", 200},
        {"not found", "POST /nowhere HTTP/1.1\r\n" + expect + "Content-Length: 3\r\n\r\n", 404},
        {"unauthorized", "POST /early HTTP/1.1\r\n" + expect + "Content-Length: 3\r\n\r\n", 401},
        {"too large", "POST /hook HTTP/1.1\r\n" + expect + "Content-Length: 99999999\r\n\r\n", 413},
        {"unknown", "POST /hook HTTP/1.1\r\nHost: a\r\nExpect: x\r\nContent-Length: 3\r\n\r\n",
         417},
    };
    TestServer server;
    for (const Row& row : rows) {
        SCOPED_TRACE(row.name);
        RawClient client(server.address());
        client.send(row.head);
        EXPECT_EQ(client.read_answer()->status, row.first);
        if (row.first == 100) {
            client.send("abc");
            EXPECT_EQ(client.read_answer()->body, "3");
        }
    }
}

TEST(Exchange, ContinueIsNotForHttp10) {
    TestServer server;
    RawClient client(server.address());
    client.send("POST /hook HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
    client.send("x");
    EXPECT_EQ(client.read_answer()->status, 200U);
}

TEST(Exchange, AnswersFromAnotherThreadReachTheirConnections) {
    TestServer server({}, 2);
    constexpr std::size_t count = 50;
    std::vector<std::unique_ptr<RawClient>> clients;
    for (std::size_t index = 0; index < count; ++index) {
        clients.push_back(std::make_unique<RawClient>(server.address()));
        clients.back()->send(post("/later", std::string(index, 'x')));
    }
    server.handler.wait_for_kept(count);
    std::thread(&TestHandler::release, &server.handler).join();
    for (std::size_t index = 0; index < count; ++index) {
        EXPECT_EQ(clients[index]->read_answer()->body, std::to_string(index));
    }
}

TEST(Exchange, AnAnswerForAClientThatHasGoneIsDropped) {
    TestServer server;
    for (int round = 0; round < 20; ++round) {
        RawClient client(server.address());
        client.send(post("/later", "x"));
        server.handler.wait_for_kept(1);
        client.reset();
        server.handler.release();
    }
    RawClient client(server.address());
    client.send(post("/hook", "x"));
    EXPECT_EQ(client.read_answer()->status, 200U);
}

TEST(Exchange, PipelinedRequestsWaitForTheirTurn) {
    TestServer server;
    RawClient client(server.address());
    client.send(post("/later", "1") + post("/hook", "22") + post("/later", "333"));
    server.handler.wait_for_kept(1);
    EXPECT_EQ(server.handler.seen().size(), 1U);
    server.handler.release();
    EXPECT_EQ(client.read_answer()->body, "1");
    EXPECT_EQ(client.read_answer()->body, "2");
    server.handler.wait_for_kept(1);
    server.handler.release();
    EXPECT_EQ(client.read_answer()->body, "3");
}

TEST(Exchange, ManyRequestsOnOneConnection) {
    TestServer server;
    RawClient client(server.address());
    const std::string request = post("/hook", std::string(450, 'x'));
    for (int count = 0; count < 5000; ++count) {
        ASSERT_TRUE(client.send(request));
        const auto answer = client.read_answer();
        ASSERT_TRUE(answer && answer->status == 200 && answer->body == "450");
    }
    EXPECT_EQ(server.server().traffic().count(), 5000U);
    EXPECT_EQ(server.server().counters().connections_accepted.load(), 1U);
}

TEST(Exchange, ManyPipelinedRequestsInOneWrite) {
    TestServer server;
    RawClient client(server.address());
    std::string requests;
    for (std::size_t count = 0; count < 2000; ++count) {
        requests += post("/hook", std::string(count % 100, 'x'));
    }
    std::thread sender([&] { client.send(requests); });
    for (std::size_t count = 0; count < 2000; ++count) {
        const auto answer = client.read_answer();
        EXPECT_TRUE(answer && answer->body == std::to_string(count % 100));
    }
    sender.join();
}

TEST(Exchange, BodiesOfEverySizeArriveWhole) {
    TestServer server;
    RawClient client(server.address());
    for (const std::size_t size :
         {0U, 1U, 1900U, 2047U, 2048U, 2049U, 65'535U, 65'536U, 65'537U, 200'000U, 1'048'576U}) {
        std::string body(size, '\0');
        for (std::size_t at = 0; at < size; ++at) {
            body[at] = static_cast<char>(at * 7 % 251);
        }
        client.send(post("/hook", body));
        ASSERT_EQ(client.read_answer()->body, std::to_string(size));
        EXPECT_EQ(server.handler.seen().back().body, body);
        client.send("POST /hook HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
                    chunked(body, 10'000));
        ASSERT_EQ(client.read_answer()->body, std::to_string(size));
        EXPECT_EQ(server.handler.seen().back().body, body);
    }
}

}  // namespace
}  // namespace verohook::http
