#include "http/client.hpp"
#include "unit/http/raw_client.hpp"
#include "unit/http/server_fixture.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace verohook::http {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

std::unique_ptr<Client> make_client(const std::string& url, ClientSettings settings = {}) {
    auto client = Client::make(url, settings);
    EXPECT_TRUE(client.has_value());
    return std::move(*client);
}

/// A listening socket whose every move the test decides.
class ScriptedServer {
public:
    ScriptedServer() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
        ::listen(listener_, 8);
        socklen_t size = sizeof(address);
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
    }
    ~ScriptedServer() {
        ::close(listener_);
        if (connection_ >= 0) {
            ::close(connection_);
        }
    }
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    [[nodiscard]] std::string url(const std::string& scheme = "http") const {
        return scheme + "://127.0.0.1:" + std::to_string(port_) + "/";
    }
    /// Takes the next connection, reads a request's head, and answers with these bytes.
    void answer(const std::string& bytes, bool close_after) {
        if (connection_ < 0) {
            connection_ = ::accept(listener_, nullptr, nullptr);
        }
        std::string head;
        char byte = 0;
        while (head.find("\r\n\r\n") == std::string::npos &&
               ::recv(connection_, &byte, 1, 0) == 1) {
            head += byte;
        }
        ::send(connection_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (close_after) {
            ::close(connection_);
            connection_ = -1;
        }
    }

private:
    int listener_;
    int connection_ = -1;
    unsigned port_ = 0;
};

TEST(Client, ExchangesOnOneKeptConnection) {
    TestServer server;
    const auto client = make_client(server.url("/hook?a=b"));
    for (int round = 0; round < 10; ++round) {
        ClientRequest request;
        request.headers = {{"X-Mine", "yes"}};
        request.body = std::string(1000, 'x');
        const auto response = client->exchange(request);
        ASSERT_TRUE(response.has_value()) << response.error().message;
        EXPECT_EQ(response->status, 200U);
        EXPECT_EQ(response->body, "1000");
    }
    EXPECT_EQ(server.server().counters().connections_accepted.load(), 1U);
    const SeenRequest seen = server.handler.seen().at(0);
    EXPECT_EQ(seen.head.query, "a=b");
    EXPECT_EQ(seen.head.header("X-Mine"), "yes");
    EXPECT_EQ(seen.head.header("Host"), server.address());
}

TEST(Client, OverAUnixSocketAndIPv6) {
    const auto path = std::filesystem::temp_directory_path() /
                      ("verohook-client-" + std::to_string(::getpid()) + ".sock");
    TestServer server({}, 1, {"unix:" + path.string(), "[::1]:0"});
    for (const std::string& url :
         {"http+unix://" + path.string() + ":/hook", "http://" + server.address(1) + "/hook"}) {
        const auto response = make_client(url)->exchange({.body = "abc"});
        ASSERT_TRUE(response.has_value()) << response.error().message;
        EXPECT_EQ(response->body, "3");
    }
}

TEST(Client, HeadHasNoBody) {
    TestServer server;
    const auto client = make_client(server.url("/hook"));
    for (int round = 0; round < 2; ++round) {
        const auto response = client->exchange({.method = "HEAD"});
        ASSERT_TRUE(response.has_value()) << response.error().message;
        EXPECT_EQ(response->status, 200U);
        EXPECT_EQ(response->body, "");
    }
}

TEST(Client, AnAnswerBeforeTheBodyIsReadCounts) {
    TestServer server;
    const auto client = make_client(server.url("/early"));
    const auto response = client->exchange({.body = std::string(1024 * 1024, 'x')});
    ASSERT_TRUE(response.has_value()) << response.error().message;
    EXPECT_EQ(response->status, 401U);
}

TEST(Client, WhatCannotBeSentIsNotSent) {
    TestServer server;
    const auto client = make_client(server.url("/hook"));
    for (const ClientRequest& request :
         {ClientRequest{.method = "A B"}, ClientRequest{.headers = {{"A", "b\r\nC: d"}}},
          ClientRequest{.headers = {{"A b", "c"}}}}) {
        const auto response = client->exchange(request);
        ASSERT_FALSE(response.has_value());
        EXPECT_EQ(response.error().code, ErrorCode::invalid_input);
    }
    EXPECT_TRUE(server.handler.seen().empty());
    EXPECT_FALSE(Client::make("gopher://a").has_value());
}

TEST(Client, AClosedConnectionIsTriedOnceMoreOnlyIfIdempotent) {
    for (const bool idempotent : {false, true}) {
        ScriptedServer server;
        const std::string good = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        std::thread script([&] {
            server.answer(good, true);
            if (idempotent) {
                server.answer(good, false);
            }
        });
        const auto client = make_client(server.url());
        ASSERT_TRUE(client->exchange({.body = "x"}).has_value());
        if (!idempotent) {
            script.join();
        }
        const auto second = client->exchange({.body = "x"}, idempotent);
        EXPECT_EQ(second.has_value(), idempotent);
        if (idempotent) {
            script.join();
        }
    }
}

TEST(Client, ReadsWhatServersSend) {
    struct Row {
        const char* name;
        std::string bytes;
        unsigned status;  ///< 0: an error.
        std::string body;
    };
    const std::vector<Row> rows{
        {"interim answers",
         "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n"
         "HTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\nx",
         201, "x"},
        {"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
         200, "ab"},
        {"until the end", "HTTP/1.0 200 OK\r\n\r\nabc", 200, "abc"},
        {"no content", "HTTP/1.1 204 No Content\r\n\r\n", 204, ""},
        {"garbage", "garbage\r\n\r\n", 0, ""},
        {"nothing", "", 0, ""},
        {"cut off", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", 0, ""},
        {"too large", "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\nabc", 0, ""},
        {"interim answers only",
         [] {
             std::string many;
             for (int count = 0; count < 30; ++count) {
                 many += "HTTP/1.1 100 Continue\r\n\r\n";
             }
             return many;
         }(),
         0, ""},
    };
    for (const Row& row : rows) {
        SCOPED_TRACE(row.name);
        ScriptedServer server;
        std::thread script([&] { server.answer(row.bytes, true); });
        const auto client = make_client(server.url());
        const auto response = client->exchange({.method = "GET"});
        script.join();
        ASSERT_EQ(response.has_value(), row.status != 0);
        if (response) {
            EXPECT_EQ(response->status, row.status);
            EXPECT_EQ(response->body, row.body);
        } else {
            EXPECT_EQ(response.error().code, ErrorCode::unavailable);
        }
    }
}

TEST(Client, WhereTheStatusSufficesABodyIsCutOff) {
    const std::string head = "HTTP/1.1 200 OK\r\n";
    const std::vector<std::pair<std::string, std::string>> rows{
        {head + "Content-Length: 9\r\n\r\nabc", "abc"},
        {head + "Content-Length: 99999999999999\r\n\r\nabcdefghijkl", "abcdefgh"},
        {head + "\r\nabcdefghijkl", "abcdefgh"},
        {head + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\nzz\r\n", "ab"},
    };
    for (const auto& [bytes, body] : rows) {
        SCOPED_TRACE(bytes);
        for (const bool suffices : {true, false}) {
            ScriptedServer server;
            std::thread script([&, &sent = bytes] { server.answer(sent, true); });
            const auto client =
                make_client(server.url(), {.response_bytes_max = 8, .status_suffices = suffices});
            const auto response = client->exchange({});
            script.join();
            ASSERT_EQ(response.has_value(), suffices);
            if (suffices) {
                EXPECT_EQ(response->status, 200U);
                EXPECT_EQ(response->body, body);
            }
        }
    }
}

TEST(Client, ConnectingHasATimeOfItsOwn) {
    ScriptedServer silent;
    const auto client = make_client(silent.url("https"), {.timeout = 1h, .connect_timeout = 50ms});
    const auto response = client->exchange({});
    ASSERT_FALSE(response.has_value());
    EXPECT_EQ(response.error().code, ErrorCode::unavailable);
}

TEST(Client, TellsOfAUrlWhatIsNoSecret) {
    struct Row {
        const char* url;
        const char* place;
        const char* path;
    };
    for (const Row& row :
         {Row{"https://user:word@example.com:8443/a/b?c=d#e", "example.com:8443", "/a/b"},
          Row{"http://[::1]", "[::1]", "/"},
          Row{"http+unix:///run/x.sock:/a?b", "/run/x.sock", "/a"}}) {
        const auto target = target_of(row.url);
        ASSERT_TRUE(target.has_value()) << row.url;
        EXPECT_EQ(target->place, row.place);
        EXPECT_EQ(target->path, row.path);
    }
    EXPECT_FALSE(target_of("ftp://example.com").has_value());
}

TEST(Client, TheTimeoutIsForTheWholeExchange) {
    ScriptedServer silent;  // Its kernel accepts, and nobody ever answers.
    for (const char* const scheme : {"http", "https"}) {
        const auto client = make_client(silent.url(scheme), {.timeout = 50ms});
        const auto start = std::chrono::steady_clock::now();
        const auto response = client->exchange({.body = "x"}, true);
        const auto took = std::chrono::steady_clock::now() - start;
        EXPECT_FALSE(response.has_value());
        EXPECT_GE(took, 50ms);
        EXPECT_LT(took, 10s);
    }
}

TEST(Client, NobodyListening) {
    std::string url;
    {
        const ScriptedServer gone;
        url = gone.url();
    }
    for (const std::string& where : {url, std::string("http+unix:///nowhere/at/all.sock:/"),
                                     "http+unix:///" + std::string(200, 'a') + ":/"}) {
        const auto response = make_client(where)->exchange({});
        ASSERT_FALSE(response.has_value());
        EXPECT_EQ(response.error().code, ErrorCode::unavailable);
    }
}

}  // namespace
}  // namespace verohook::http
