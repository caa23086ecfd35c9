// Every row of raw bytes over a real socket, driven whole, byte by byte, and, where the connection
// is kept, twice in one write. The rows that begin with "beast:" are weaknesses of Beast 1.81 that
// this server settles itself.

#include "unit/http/raw_client.hpp"
#include "unit/http/server_fixture.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace verohook::http {
namespace {

struct Row {
    const char* name;
    std::string bytes;
    std::vector<unsigned> statuses;
    bool is_kept = false;     ///< Another request on the connection is answered.
    bool half_close = false;  ///< The client says that nothing more comes.
};

HttpLimits row_limits() {
    HttpLimits limits;
    limits.head_bytes_max = 1024;
    limits.body_bytes_max = 4096;
    return limits;
}

std::string with_head(const std::string& lines, const std::string& body = "") {
    return "POST /hook HTTP/1.1\r\n" + lines + "\r\n" + body;
}

std::string with_line(const std::string& line, const std::string& body = "") {
    return with_head("Host: a\r\n" + line + "\r\n", body);
}

std::string with_request_line(const std::string& line) {
    return line + "\r\nHost: a\r\n\r\n";
}

std::string with_chunks(const std::string& body) {
    return with_line("Transfer-Encoding: chunked", body);
}

std::vector<Row> good_rows() {
    return {
        {"content-length", post("/hook", "hello"), {200}, true},
        {"no body", with_head("Host: a\r\n"), {200}, true},
        {"empty body", post("/hook", ""), {200}, true},
        {"host with a port", with_head("Host: a.b:8080\r\n"), {200}, true},
        {"host is IPv6", with_head("Host: [::1]:8080\r\n"), {200}, true},
        {"one blank line before", "\r\n" + post("/hook", "x"), {200}, true},
        {"chunked", with_chunks(chunked("hello world", 4)), {200}, true},
        {"chunked in upper case",
         with_line("Transfer-Encoding: CHUNKED", chunked("x", 1)),
         {200},
         true},
        {"chunked, empty", with_chunks("0\r\n\r\n"), {200}, true},
        {"chunked, one byte each", with_chunks(chunked(std::string(400, 'x'), 1)), {200}, true},
        {"chunk extension", with_chunks("5;a=b;c=\"d\"\r\nhello\r\n0;e\r\n\r\n"), {200}, true},
        {"trailer", with_chunks("1\r\nx\r\n0\r\nA: b\r\nC: d\r\n\r\n"), {200}, true},
        {"close asked for", post("/hook", "x", "Connection: close\r\n"), {200}},
        {"http/1.0", "POST /hook HTTP/1.0\r\nContent-Length: 1\r\n\r\nx", {200}},
        {"http/1.0 kept",
         "POST /hook HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx",
         {200},
         true},
        {"early answer without a body", with_request_line("GET /nowhere HTTP/1.1"), {404}, true},
        {"early answer with a body", post("/early", "hello"), {401}},
        {"early answer with chunks",
         "POST /early HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
         "5\r\nhello\r\n0\r\n\r\n",
         {401}},
        {"a body as large as allowed", post("/hook", std::string(4096, 'x')), {200}, true},
        {"chunks as large as allowed",
         with_chunks(chunked(std::string(4096, 'x'), 1000)),
         {200},
         true},
        {"two requests", post("/hook", "a") + post("/hook", "bb"), {200, 200}, true},
        {"half-closed after a request", post("/hook", "x"), {200}, false, true},
        {"half-closed before a request", "", {}, false, true},
        {"continue, body there", post("/hook", "x", "Expect: 100-continue\r\n"), {200}, true},
        {"absolute target", with_request_line("POST http://a/hook HTTP/1.1"), {200}, true},
        {"absolute target, any case, a query",
         with_request_line("POST HTTPS://A/hook?token=x HTTP/1.1"),
         {200},
         true},
        {"absolute target on 1.0", "POST http://a/hook HTTP/1.0\r\n\r\n", {200}},
        {"absolute target without a path", with_request_line("GET http://a HTTP/1.1"), {404}, true},
        {"a method called PROXY", with_request_line("PROXY /nowhere HTTP/1.1"), {404}, true},
        {"tab and text beyond ASCII in a value", with_line("X-Name: a\tb\xC3\xA9"), {200}, true},
    };
}

std::vector<Row> bad_rows() {
    return {
        {"garbage", "\x01\x02\x03\r\n\r\n", {400}},
        {"TLS", std::string("\x16\x03\x01\x02\x00\x01\x00\x01", 8), {400}},
        {"two blank lines before", "\r\n\r\n" + post("/hook", "x"), {400}},
        {"PROXY protocol",
         "PROXY TCP4 203.0.113.9 198.51.100.1 4711 80\r\n" + post("/hook", "x"),
         {400}},
        {"PROXY protocol, version 2",
         std::string("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c", 16) + post("/hook", "x"),
         {400}},
        {"HTTP/0.9", "GET /\r\n\r\n", {400}},
        {"bare LF after the request line", "POST /hook HTTP/1.1\nHost: a\r\n\r\n", {400}},
        {"bare LF after a header", "POST /hook HTTP/1.1\r\nHost: a\n\r\n", {400}},
        {"bare LF all over", "POST /hook HTTP/1.1\nHost: a\n\n", {400}},
        {"bare CR in a header", with_line("A: b\rC: d"), {400}},
        {"NUL in a header", with_line(std::string("A: b\0c", 6)), {400}},
        {"NUL in the target", with_request_line(std::string("GET /a\0b HTTP/1.1", 17)), {400}},
        {"escape in a header", with_line("A: \x1b[2J"), {400}},
        {"DEL in a header", with_line("A: \x7f"), {400}},
        {"blank before the colon", with_line("A : b"), {400}},
        {"no colon", with_line("nothing"), {400}},
        {"empty name", with_line(": b"), {400}},
        {"name is no token", with_line("A(b): c"), {400}},
        {"two blanks in the request line", with_request_line("GET  /hook HTTP/1.1"), {400}},
        {"method is no token", with_request_line("G(T /hook HTTP/1.1"), {400}},
        {"lower-case protocol", with_request_line("GET /hook http/1.1"), {400}},
        {"version is no version", with_request_line("GET /hook HTTP/1.x"), {400}},
        {"HTTP/2.0", with_request_line("GET /hook HTTP/2.0"), {505}},
        {"HTTP/1.2", with_request_line("GET /hook HTTP/1.2"), {505}},
        {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400}},
        {"head too large", with_line("A: " + std::string(2000, 'x')), {431}},
        {"request line too large",
         with_request_line("GET /" + std::string(2000, 'x') + " HTTP/1.1"),
         {431}},
        {"endless request line", std::string(3000, 'x'), {431}},
        {"too many headers",
         with_head("Host: a\r\n" +
                   [] {
                       std::string lines;
                       for (int count = 0; count < 200; ++count) {
                           lines += "a:\r\n";
                       }
                       return lines;
                   }()),
         {431}},
        {"body too large", post("/hook", std::string(4097, 'x')), {413}},
        {"body far too large, not sent", with_line("Content-Length: 999999999999"), {413}},
        {"chunks too large", with_chunks(chunked(std::string(5000, 'x'), 1000)), {413}},
        {"one chunk too large", with_chunks("ffffffff\r\n"), {413}},
        {"end inside the request line", "POST /ho", {400}, false, true},
        {"end inside the head", "POST /hook HTTP/1.1\r\nHost: a\r\n", {400}, false, true},
        {"end inside the body", with_line("Content-Length: 10", "half"), {400}, false, true},
        {"end inside a chunk", with_chunks("a\r\nhalf"), {400}, false, true},
        {"end before the last chunk", with_chunks("4\r\nhalf\r\n"), {400}, false, true},
        {"end inside the trailer", with_chunks("0\r\nA: b\r\n"), {400}, false, true},
        {"good, then bad", post("/hook", "x") + "bad\r\n\r\n", {200, 400}},
        {"unknown expectation", post("/hook", "x", "Expect: the-unexpected\r\n"), {417}},
        {"two expectations",
         post("/hook", "x", "Expect: 100-continue\r\nExpect: 100-continue\r\n"),
         {417}},
    };
}

std::vector<Row> beast_rows() {
    return {
        {"beast: unknown coding, no length", with_line("Transfer-Encoding: gzip"), {501}},
        {"beast: unknown coding and a length",
         with_head("Host: a\r\nTransfer-Encoding: gzip\r\nContent-Length: 5\r\n", "hello"),
         {400}},
        {"beast: length and unknown coding",
         with_head("Host: a\r\nContent-Length: 5\r\nTransfer-Encoding: gzip\r\n", "hello"),
         {400}},
        {"beast: chunked and a length",
         with_head("Host: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"),
         {400}},
        {"beast: length and chunked",
         with_head("Host: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
         {400}},
        {"beast: chunked, gzip", with_line("Transfer-Encoding: chunked, gzip", "0\r\n\r\n"), {400}},
        {"beast: gzip, chunked", with_line("Transfer-Encoding: gzip, chunked", "0\r\n\r\n"), {400}},
        {"beast: chunked, chunked",
         with_line("Transfer-Encoding: chunked, chunked", "0\r\n\r\n"),
         {400}},
        {"beast: chunked twice",
         with_line("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
         {400}},
        {"beast: identity", with_line("Transfer-Encoding: identity"), {501}},
        {"beast: empty coding", with_line("Transfer-Encoding:"), {400}},
        {"beast: coding with a vertical tab",
         with_line("Transfer-Encoding: \x0b"
                   "chunked"),
         {400}},
        {"beast: chunked on 1.0",
         "POST /hook HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         {400}},
        {"beast: length list", with_line("Content-Length: 5, 5", "hello"), {400}},
        {"beast: length twice",
         with_line("Content-Length: 5\r\nContent-Length: 5", "hello"),
         {400}},
        {"beast: two lengths", with_line("Content-Length: 5\r\nContent-Length: 6", "hello"), {400}},
        {"beast: signed length", with_line("Content-Length: +5", "hello"), {400}},
        {"beast: negative length", with_line("Content-Length: -5", "hello"), {400}},
        {"beast: hexadecimal length", with_line("Content-Length: 0x5", "hello"), {400}},
        {"beast: empty length", with_line("Content-Length:"), {400}},
        {"beast: length overflows", with_line("Content-Length: 18446744073709551617", "x"), {400}},
        {"beast: folded header", with_line("A: b\r\n c"), {400}},
        {"beast: folded coding", with_line("Transfer-Encoding:\r\n chunked", "0\r\n\r\n"), {400}},
        {"beast: folded length", with_line("Content-Length:\r\n 5", "hello"), {400}},
        {"beast: first header folded", "POST /hook HTTP/1.1\r\n Host: a\r\n\r\n", {400}},
        {"beast: no host", with_head(""), {400}},
        {"beast: two hosts", with_head("Host: a\r\nHost: a\r\n"), {400}},
        {"beast: empty host", with_head("Host:\r\n"), {400}},
        {"beast: host with user-info", with_head("Host: me@a\r\n"), {400}},
        {"beast: host with a path", with_head("Host: a/b\r\n"), {400}},
        {"beast: host with a blank", with_head("Host: a b\r\n"), {400}},
        {"beast: host with a bad port", with_head("Host: a:b\r\n"), {400}},
        {"beast: relative target", with_request_line("GET hook HTTP/1.1"), {400}},
        {"beast: asterisk", with_request_line("OPTIONS * HTTP/1.1"), {400}},
        {"absolute target of another host", with_request_line("GET http://b/hook HTTP/1.1"), {400}},
        {"absolute target of another port",
         with_request_line("GET http://a:80/hook HTTP/1.1"),
         {400}},
        {"absolute target without a host", with_request_line("GET http:///hook HTTP/1.1"), {400}},
        {"absolute target with a user", with_request_line("GET http://me@a/hook HTTP/1.1"), {400}},
        {"absolute target, no Host", "GET http://a/hook HTTP/1.1\r\n\r\n", {400}},
        {"absolute target of another scheme",
         with_request_line("GET ftp://a/hook HTTP/1.1"),
         {400}},
        {"beast: authority target", with_request_line("CONNECT a:80 HTTP/1.1"), {400}},
        {"beast: fragment", with_request_line("GET /hook#a HTTP/1.1"), {400}},
        {"beast: raw bytes in the target", with_request_line("GET /h\xC3\xB6ok HTTP/1.1"), {400}},
        {"beast: any token as method goes to the handler",
         with_request_line("BREW /nowhere HTTP/1.1"),
         {404},
         true},
        {"beast: chunk size is no number", with_chunks("x\r\nhello\r\n0\r\n\r\n"), {400}},
        {"beast: negative chunk size", with_chunks("-1\r\nhello\r\n0\r\n\r\n"), {400}},
        {"beast: chunk size overflows", with_chunks("fffffffffffffffff\r\nx"), {400}},
        {"beast: no line end after a chunk", with_chunks("5\r\nhelloX\r\n0\r\n\r\n"), {400}},
        {"beast: bare LF after a chunk size", with_chunks("5\nhello\r\n0\r\n\r\n"), {400}},
        {"beast: bare CR in an extension", with_chunks("5;a\rb\r\nhello\r\n0\r\n\r\n"), {400}},
        {"beast: control character in an extension",
         with_chunks("5;a=\x01\r\nhello\r\n0\r\n\r\n"),
         {400}},
        {"beast: folded trailer", with_chunks("0\r\nA: b\r\n c\r\n\r\n"), {400}},
        {"beast: trailer begins folded", with_chunks("0\r\nA:\r\n c\r\n\r\n"), {400}},
        {"beast: bare LF in a trailer", with_chunks("0\r\nA: b\nC: d\r\n\r\n"), {400}},
        {"beast: length in a trailer", with_chunks("0\r\nContent-Length: 5\r\n\r\n"), {400}},
        {"beast: coding in a trailer",
         with_chunks("0\r\nTransfer-Encoding: chunked\r\n\r\n"),
         {400}},
        {"beast: endless chunk size", with_chunks(std::string(5000, '0')), {400}},
        {"beast: endless extension", with_chunks("1;" + std::string(5000, 'a')), {400}},
        {"beast: endless trailer", with_chunks("0\r\nA: " + std::string(5000, 'a')), {400}},
    };
}

enum class Sending { whole, byte_by_byte, twice };

/// Sends the row and checks every answer, and then whether the connection is kept or closed.
void drive(const std::string& address, const Row& row, Sending sending) {
    RawClient client(address);
    ASSERT_TRUE(client.is_connected());
    std::vector<unsigned> expected = row.statuses;
    if (sending == Sending::twice) {
        client.send(row.bytes + row.bytes);
        expected.insert(expected.end(), row.statuses.begin(), row.statuses.end());
    } else if (sending == Sending::whole) {
        client.send(row.bytes);
    } else {
        client.send_byte_by_byte(row.bytes);
    }
    if (row.half_close) {
        client.finish_sending();
    }
    for (const unsigned status : expected) {
        auto answer = client.read_answer();
        while (answer && answer->status == 100) {
            // Whether the body was there with the head is up to the kernel.
            answer = client.read_answer();
        }
        ASSERT_TRUE(answer.has_value());
        EXPECT_EQ(answer->status, status) << answer->body;
        EXPECT_FALSE(answer->header("X-Request-Id").empty());
        EXPECT_FALSE(answer->header("Date").empty());
        if (status == 400 || status > 404) {
            EXPECT_EQ(answer->header("Connection"), "close");
            EXPECT_EQ(answer->header("Content-Type"), "application/problem+json");
        }
    }
    if (row.is_kept) {
        client.send(post("/hook", "again", "Connection: close\r\n"));
        const auto answer = client.read_answer();
        ASSERT_TRUE(answer.has_value());
        EXPECT_EQ(answer->status, 200U);
        EXPECT_EQ(answer->body, "5");
    }
    client.finish_sending();
    EXPECT_TRUE(client.is_closed_cleanly());
}

class RawBytes : public testing::TestWithParam<std::vector<Row> (*)()> {
protected:
    void drive_all(Sending sending) {
        TestServer server(row_limits());
        for (const Row& row : GetParam()()) {
            if (sending == Sending::twice && !row.is_kept) {
                continue;
            }
            SCOPED_TRACE(row.name);
            drive(server.address(), row, sending);
        }
    }
};

TEST_P(RawBytes, Whole) {
    drive_all(Sending::whole);
}
TEST_P(RawBytes, ByteByByte) {
    drive_all(Sending::byte_by_byte);
}
TEST_P(RawBytes, TwiceInOneWrite) {
    drive_all(Sending::twice);
}

INSTANTIATE_TEST_SUITE_P(Http, RawBytes, testing::Values(&good_rows, &bad_rows, &beast_rows));

}  // namespace
}  // namespace verohook::http
