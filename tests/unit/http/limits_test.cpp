// Deadlines, bounds, and answers that must be readable although their request was not read.

#include "unit/http/raw_client.hpp"
#include "unit/http/server_fixture.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

namespace verohook::http {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

std::size_t resident_kilobytes() {
    std::ifstream status("/proc/self/statm");
    std::size_t total = 0;
    std::size_t resident = 0;
    status >> total >> resident;
    return resident * 4;
}

HttpLimits quick_limits() {
    HttpLimits limits;
    limits.head_timeout = 40ms;
    limits.body_timeout = 40ms;
    // Long enough for a client on a busy machine to begin after it has connected.
    limits.idle_timeout = 400ms;
    limits.write_timeout = 40ms;
    limits.linger_timeout = 40ms;
    return limits;
}

TEST(Deadlines, SlowRequestsGet408AndIdleConnectionsNothing) {
    struct Row {
        const char* name;
        std::string bytes;
        unsigned status;  ///< 0: closed without a word.
    };
    const std::vector<Row> rows{
        {"nothing at all", "", 0},
        {"a blank line", "\r\n", 0},
        {"half a request line", "POST /ho", 408},
        {"half a head", "POST /hook HTTP/1.1\r\nHost: a\r\n", 408},
        {"half a body", "POST /hook HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf", 408},
        {"half a chunk",
         "POST /hook HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nx", 408},
    };
    TestServer server(quick_limits());
    for (const Row& row : rows) {
        SCOPED_TRACE(row.name);
        RawClient client(server.address());
        client.send(row.bytes);
        if (row.status != 0) {
            const auto answer = client.read_answer();
            ASSERT_TRUE(answer.has_value());
            EXPECT_EQ(answer->status, row.status);
            EXPECT_NE(answer->body.find("\"code\":\"timeout\""), std::string::npos);
        }
        EXPECT_TRUE(client.is_closed_cleanly());
    }
    EXPECT_EQ(server.server().counters().timeouts.load(), 4U);
}

TEST(Deadlines, AHeadThatDripsHasOneDeadline) {
    HttpLimits limits = quick_limits();
    TestServer server(limits);
    RawClient client(server.address());
    const auto start = std::chrono::steady_clock::now();
    client.send("POST /hook HTTP/1.1\r\nHost: a\r\nX: ");
    // Each byte comes long before the deadline, and only the deadline ends this loop.
    std::thread dripper([&] {
        while (client.send("x") && std::chrono::steady_clock::now() - start < 10s) {
            std::this_thread::yield();
        }
    });
    const auto answer = client.read_answer();
    const auto took = std::chrono::steady_clock::now() - start;
    client.finish_sending();
    dripper.join();
    ASSERT_TRUE(answer.has_value());
    EXPECT_TRUE(answer->status == 408 || answer->status == 431);
    EXPECT_LT(took, 5s);
}

TEST(Deadlines, TheHandlerMayTakeItsTime) {
    TestServer server(quick_limits());
    RawClient slow(server.address());
    slow.send(post("/later", "x"));
    server.handler.wait_for_kept(1);
    // Another connection lives through its whole idle time meanwhile, which is the longest limit.
    RawClient idle(server.address());
    EXPECT_TRUE(idle.is_closed_cleanly());
    server.handler.release();
    EXPECT_EQ(slow.read_answer()->status, 200U);
}

TEST(Deadlines, AClientThatDoesNotReadIsGivenUp) {
    TestServer server(quick_limits());
    server.handler.big_bytes = 32 * 1024 * 1024;
    RawClient client(server.address(), 4096);
    client.send(post("/big", "x"));
    while (server.server().counters().timeouts.load() == 0) {
        std::this_thread::yield();
    }
    EXPECT_FALSE(client.read_answer().has_value());
}

TEST(Deadlines, AClientThatReadsSlowlyGetsEverything) {
    TestServer server;
    server.handler.big_bytes = 8 * 1024 * 1024;
    RawClient client(server.address(), 4096);
    client.send(post("/big", "x") + post("/hook", "next"));
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->body.size(), server.handler.big_bytes);
    EXPECT_EQ(client.read_answer()->body, "4");
}

TEST(Bounds, AnEarlyAnswerCanBeReadWhileTheBodyIsStillBeingSent) {
    TestServer server;
    const std::string body(3 * 1024 * 1024, 'x');
    for (int round = 0; round < 10; ++round) {
        RawClient too_large(server.address());
        too_large.send(post("/hook", body));
        const auto answer = too_large.read_answer();
        ASSERT_TRUE(answer.has_value()) << "round " << round;
        EXPECT_EQ(answer->status, 413U);
        too_large.finish_sending();
        EXPECT_TRUE(too_large.is_closed_cleanly());
        RawClient early(server.address());
        early.send(post("/early", body));
        ASSERT_EQ(early.read_answer()->status, 401U);
    }
}

TEST(Bounds, LingeringEndsAfterItsBytes) {
    HttpLimits limits;
    limits.linger_bytes_max = 64 * 1024;
    TestServer server(limits);
    RawClient client(server.address());
    client.send("bad\r\n\r\n");
    const std::string block(64 * 1024, 'x');
    // Only a server that has stopped reading ends this loop.
    while (client.send(block)) {
    }
    SUCCEED();
}

/// Sends without an end until the server stops taking it, and gives the first answer's status.
unsigned attack(const std::string& address, const std::string& start, const std::string& block,
                std::size_t bytes_max) {
    RawClient client(address);
    client.send(start);
    std::thread sender([&] {
        for (std::size_t sent = 0; sent < bytes_max; sent += block.size()) {
            if (!client.send(block)) {
                return;
            }
        }
    });
    const auto answer = client.read_answer();
    sender.join();
    return answer ? answer->status : 0;
}

TEST(Bounds, EndlessFramingCostsNoMemory) {
    constexpr std::size_t attack_bytes = 10 * 1024 * 1024;
    const std::string chunks =
        "POST /hook HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    struct Row {
        const char* name;
        std::string start;
        std::string block;
        unsigned status;
    };
    const std::vector<Row> rows{
        {"one extension", chunks + "1;", std::string(16 * 1024, 'a'), 400},
        {"many extensions", chunks, "1;" + std::string(1000, 'a') + "\r\nx\r\n", 400},
        {"one trailer", chunks + "0\r\nA: ", std::string(16 * 1024, 'a'), 400},
        {"many trailers", chunks + "0\r\n", "A: " + std::string(1000, 'a') + "\r\n", 400},
        {"zeros before the size", chunks, std::string(1000, '0') + "1\r\nx\r\n", 400},
        {"one header", "GET / HTTP/1.1\r\nA: ", std::string(16 * 1024, 'a'), 431},
        {"many headers", "GET / HTTP/1.1\r\n", "A: b\r\n", 431},
        {"chunks", chunks, "400\r\n" + std::string(1024, 'x') + "\r\n", 413},
    };
    TestServer server;
    const std::size_t before = resident_kilobytes();
    for (const Row& row : rows) {
        SCOPED_TRACE(row.name);
        EXPECT_EQ(attack(server.address(), row.start, row.block, attack_bytes), row.status);
    }
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    EXPECT_LT(resident_kilobytes(), before + 8 * 1024);
#endif
    EXPECT_GT(before, 0U);
}

TEST(Bounds, BeyondTheConnectionsAllowedTheAnswerIs503) {
    HttpLimits limits;
    limits.connections_max = 3;
    TestServer server(limits);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int count = 0; count < 3; ++count) {
        clients.push_back(std::make_unique<RawClient>(server.address()));
        clients.back()->send(post("/hook", "x"));
        EXPECT_EQ(clients.back()->read_answer()->status, 200U);
    }
    {
        RawClient refused(server.address());
        refused.send(post("/hook", "x"));
        const auto answer = refused.read_answer();
        ASSERT_TRUE(answer.has_value());
        EXPECT_EQ(answer->status, 503U);
        EXPECT_EQ(answer->header("Retry-After"), "1");
        EXPECT_EQ(answer->header("Connection"), "close");
        EXPECT_FALSE(answer->header("X-Request-Id").empty());
        refused.finish_sending();
        EXPECT_TRUE(refused.is_closed_cleanly());
    }
    EXPECT_EQ(server.server().counters().connections_refused.load(), 1U);
    clients.clear();
    while (server.server().counters().connections_open.load() > 0) {
        std::this_thread::yield();
    }
    RawClient again(server.address());
    again.send(post("/hook", "x"));
    EXPECT_EQ(again.read_answer()->status, 200U);
}

TEST(Bounds, BeyondThoseThatAreRefusedAtLeisureTheAnswerIsReadableToo) {
    HttpLimits limits;
    limits.connections_max = 1;
    limits.refused_connections_max = 2;
    limits.linger_timeout = 60s;
    for (const unsigned threads : {1U, 2U}) {
        TestServer server(limits, threads);
        std::vector<std::unique_ptr<RawClient>> idle;
        for (int count = 0; count < 20; ++count) {
            idle.push_back(std::make_unique<RawClient>(server.address()));
            // Sent before the answer is there, as a client does that knows nothing of the bound.
            idle.back()->send(post("/hook", "x"));
            const auto answer = idle.back()->read_answer();
            ASSERT_TRUE(answer.has_value()) << count;
            EXPECT_EQ(answer->status, count == 0 ? 200U : 503U);
        }
        EXPECT_EQ(server.server().counters().connections_open.load(), 3U);
        EXPECT_EQ(server.server().counters().connections_refused.load(), 19U);
        EXPECT_EQ(server.server().counters().accept_pauses.load(), 0U);
    }
}

TEST(Bounds, OutOfDescriptorsItPausesAndGoesOn) {
    TestServer server;
    // Connected, and waiting in the kernel's queue until there is a descriptor for it.
    RawClient first(server.address());
    first.send(post("/hook", "x"));
    ASSERT_EQ(first.read_answer()->status, 200U);

    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    std::vector<int> fillers;
    const rlimit tight{256, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
    for (int filler = ::dup(0); filler >= 0; filler = ::dup(0)) {
        fillers.push_back(filler);
    }
    ::close(fillers.back());
    fillers.pop_back();
    RawClient waiting(server.address());
    waiting.send(post("/hook", "waited"));
    while (server.server().counters().accept_pauses.load() < 2) {
        std::this_thread::yield();
    }
    // The connections that were there are served meanwhile.
    first.send(post("/hook", "x"));
    EXPECT_EQ(first.read_answer()->status, 200U);
    const auto pauses = server.server().counters().accept_pauses.load();
    for (const int filler : fillers) {
        ::close(filler);
    }
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_EQ(waiting.read_answer()->body, "6");
    EXPECT_LT(pauses, 100U) << "it spins";
}

TEST(Changes, LimitsHoldFromTheNextRequestOnAlsoOfConnectionsThatAreOpen) {
    HttpLimits limits;
    limits.head_bytes_max = 1024;
    limits.body_bytes_max = 2000;
    TestServer server(limits, 2);
    RawClient idle(server.address());
    idle.send(post("/hook", "x"));
    ASSERT_EQ(idle.read_answer()->status, 200U);
    RawClient open(server.address());
    open.send(post("/hook", "x"));
    ASSERT_EQ(open.read_answer()->status, 200U);
    RawClient under_way(server.address());
    under_way.send(
        "POST /hook HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1900\r\n\r\n");
    // Its head is known to have come once the server asks for the rest.
    ASSERT_EQ(under_way.read_answer(true)->status, 100U);
    const auto change = [&](std::size_t head, std::size_t body) {
        limits.head_bytes_max = head;
        limits.body_bytes_max = body;
        server.server().set_limits(limits);
        // Who is let go last was behind the limits in every thread.
        auto thing = std::make_shared<const int>(0);
        const std::weak_ptr<const int> gone = thing;
        server.server().let_go(std::move(thing));
        while (!gone.expired()) {
            std::this_thread::yield();
        }
    };
    const std::string headers = "X-Long: " + std::string(40'000, 'y') + "\r\n";
    change(100'000, 5000);
    // A head that is larger than the buffer was meant for, and a body that was too large before.
    idle.send(post("/hook", std::string(4900, 'x'), headers));
    EXPECT_EQ(idle.read_answer()->status, 200U);
    change(1024, 10);
    under_way.send(std::string(1900, 'x'));
    EXPECT_EQ(under_way.read_answer()->status, 200U) << "it had begun before";
    under_way.send(post("/hook", std::string(11, 'x')));
    EXPECT_EQ(under_way.read_answer()->status, 413U);
    idle.send(post("/hook", "x", headers));
    EXPECT_EQ(idle.read_answer()->status, 431U);
    limits.connections_max = 1;
    limits.refused_connections_max = 0;
    change(1024, 10);
    RawClient one_more(server.address());
    EXPECT_EQ(one_more.read_answer()->status, 503U);
    limits.connections_max = 100;
    change(1024, 10);
    RawClient another(server.address());
    another.send(post("/hook", "x"));
    EXPECT_EQ(another.read_answer()->status, 200U);
}

}  // namespace
}  // namespace verohook::http
