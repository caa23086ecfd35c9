// The PROXY protocol: the parser alone by a table, and a server whose connections begin with it.

#include "http/proxy_header.hpp"
#include "unit/http/raw_client.hpp"
#include "unit/http/server_fixture.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include <unistd.h>

namespace verohook::http {
namespace {

using std::chrono_literals::operator""ms;

std::string bytes_of(std::initializer_list<unsigned> values) {
    std::string bytes;
    for (const unsigned value : values) {
        bytes += static_cast<char>(value);
    }
    return bytes;
}

const std::string signature("\r\n\r\n\0\r\nQUIT\n", 12);
const std::string v4_pair = bytes_of({203, 0, 113, 9, 10, 0, 0, 1, 0x12, 0x67, 0, 80});
const std::string v6_pair = bytes_of({0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9}) +
                            std::string(16, '\0') + bytes_of({0x12, 0x67, 0, 80});

/// A header of version 2; `length` where it is not that of the payload.
std::string binary(unsigned command, unsigned family, const std::string& payload,
                   std::size_t length = SIZE_MAX) {
    const std::size_t size = length == SIZE_MAX ? payload.size() : length;
    return signature +
           bytes_of({command, family, static_cast<unsigned>(size >> 8U),
                     static_cast<unsigned>(size & 0xFFU)}) +
           payload;
}

std::string extension(unsigned type, const std::string& value) {
    return bytes_of({type, static_cast<unsigned>(value.size() >> 8U),
                     static_cast<unsigned>(value.size() & 0xFFU)}) +
           value;
}

struct HeaderRow {
    const char* name;
    std::string bytes;
    /// An address, `nobody`, `more`, or a word of the refusal.
    std::string expected;
};

std::vector<HeaderRow> line_rows() {
    return {
        {"IPv4", "PROXY TCP4 203.0.113.9 10.0.0.1 4711 80\r\n", "203.0.113.9"},
        {"IPv6", "PROXY TCP6 2001:db8::9 ::1 4711 80\r\n", "2001:db8::9"},
        {"ports at their bounds", "PROXY TCP4 203.0.113.9 10.0.0.1 0 65535\r\n", "203.0.113.9"},
        {"unknown", "PROXY UNKNOWN\r\n", "nobody"},
        {"unknown, with addresses", "PROXY UNKNOWN ffff:f::1 ffff::2 65535 65535\r\n", "nobody"},
        {"unknown, as long as may be", "PROXY UNKNOWN " + std::string(91, 'x') + "\r\n", "nobody"},
        {"too long by one", "PROXY UNKNOWN " + std::string(92, 'x') + "\r\n", "too long"},
        {"without an end", "PROXY TCP4 " + std::string(200, '1'), "too long"},
        {"unknown and more in a word", "PROXY UNKNOWNS\r\n", "malformed"},
        {"nothing", "PROXY \r\n", "malformed"},
        {"lower case", "PROXY tcp4 203.0.113.9 10.0.0.1 4711 80\r\n", "malformed"},
        {"datagrams", "PROXY UDP4 203.0.113.9 10.0.0.1 4711 80\r\n", "malformed"},
        {"the other family", "PROXY TCP4 2001:db8::9 ::1 4711 80\r\n", "malformed"},
        {"the other family, too", "PROXY TCP6 203.0.113.9 10.0.0.1 4711 80\r\n", "malformed"},
        {"one of each", "PROXY TCP4 203.0.113.9 ::1 4711 80\r\n", "malformed"},
        {"no address", "PROXY TCP4 203.0.113 10.0.0.1 4711 80\r\n", "malformed"},
        {"two blanks", "PROXY TCP4  203.0.113.9 10.0.0.1 4711 80\r\n", "malformed"},
        {"a blank at the end", "PROXY TCP4 203.0.113.9 10.0.0.1 4711 80 \r\n", "malformed"},
        {"too few", "PROXY TCP4 203.0.113.9 10.0.0.1 4711\r\n", "malformed"},
        {"too many", "PROXY TCP4 203.0.113.9 10.0.0.1 4711 80 1\r\n", "malformed"},
        {"a port too high", "PROXY TCP4 203.0.113.9 10.0.0.1 65536 80\r\n", "malformed"},
        {"a port with zeros", "PROXY TCP4 203.0.113.9 10.0.0.1 04711 80\r\n", "malformed"},
        {"a port with a sign", "PROXY TCP4 203.0.113.9 10.0.0.1 +1 80\r\n", "malformed"},
        {"no port", "PROXY TCP4 203.0.113.9 10.0.0.1 x 80\r\n", "malformed"},
        {"LF alone", "PROXY TCP4 203.0.113.9 10.0.0.1 4711 80\n", "malformed"},
        {"CR alone", "PROXY TCP4 203.0.113.9 10.0.0.1 4711 80\rx", "malformed"},
        {"a request", "POST / HTTP/1.1\r\n", "does not begin"},
        {"begins alike", "PROXIMITY\r\n", "does not begin"},
        {"TLS", "\x16\x03\x01", "does not begin"},
        {"nothing yet", "", "more"},
    };
}

std::vector<HeaderRow> binary_rows() {
    const std::string tls = extension(0x20, std::string(5, '\0') + extension(0x22, "CN"));
    return {
        {"IPv4", binary(0x21, 0x11, v4_pair), "203.0.113.9"},
        {"IPv6", binary(0x21, 0x21, v6_pair), "2001:db8::9"},
        {"extensions", binary(0x21, 0x11, v4_pair + extension(0x02, "host") + tls), "203.0.113.9"},
        {"an empty extension", binary(0x21, 0x21, v6_pair + extension(0xEE, "")), "2001:db8::9"},
        {"local", binary(0x20, 0x00, ""), "nobody"},
        {"local, with an address that counts for nothing", binary(0x20, 0x11, v4_pair), "nobody"},
        {"local, with anything", binary(0x20, 0xFF, "abc"), "nobody"},
        {"unspecified", binary(0x21, 0x00, "abc"), "nobody"},
        {"a unix socket", binary(0x21, 0x31, std::string(216, 'x')), "nobody"},
        {"as long as may be",
         binary(0x21, 0x11, v4_pair + extension(0x04, std::string(4096 - 16 - 12 - 3, '\0'))),
         "203.0.113.9"},
        {"too long by one",
         binary(0x21, 0x11, v4_pair + extension(0x04, std::string(4096 - 16 - 12 - 2, '\0'))),
         "too long"},
        {"the longest that it can say", binary(0x21, 0x11, "", 65535), "too long"},
        {"local, too long", binary(0x20, 0x00, "", 65535), "too long"},
        {"version 1", binary(0x11, 0x11, v4_pair), "malformed"},
        {"version 3", binary(0x31, 0x11, v4_pair), "malformed"},
        {"another command", binary(0x22, 0x11, v4_pair), "malformed"},
        {"datagrams", binary(0x21, 0x12, v4_pair), "malformed"},
        {"another family", binary(0x21, 0x41, v4_pair), "malformed"},
        {"half an address", binary(0x21, 0x11, v4_pair.substr(1)), "malformed"},
        {"IPv6 with room for IPv4", binary(0x21, 0x21, v4_pair), "malformed"},
        {"an extension beyond the end",
         binary(0x21, 0x11, v4_pair + extension(0x02, "host").substr(0, 6)), "malformed"},
        {"half an extension's head", binary(0x21, 0x11, v4_pair + "ab"), "malformed"},
        {"another signature", "\r\n\r\nPOST / HTTP/1.1\r\n", "does not begin"},
    };
}

std::string outcome_of(const ProxyHeader& header) {
    switch (header.state) {
        case ProxyHeader::State::more:
            return "more";
        case ProxyHeader::State::complete:
            return header.client ? header.client->to_string() : "nobody";
        case ProxyHeader::State::refused:
            return std::string(header.refusal.detail);
    }
    return "";
}

void check(const std::vector<HeaderRow>& rows) {
    const std::string request = post("/hook", "x");
    for (const HeaderRow& row : rows) {
        SCOPED_TRACE(row.name);
        const bool is_right = row.expected.find(' ') == std::string::npos &&
                              row.expected != "malformed" && row.expected != "more";
        // What follows is the first request, and is not looked at.
        const ProxyHeader whole = read_proxy_header(row.bytes + (is_right ? request : ""));
        EXPECT_NE(outcome_of(whole).find(row.expected), std::string::npos) << outcome_of(whole);
        if (is_right) {
            EXPECT_EQ(outcome_of(whole), row.expected);
            EXPECT_EQ(whole.size, row.bytes.size());
        }
        // Byte by byte the outcome is the same, and comes no later than with the last byte.
        for (std::size_t size = 0; size <= row.bytes.size(); ++size) {
            const ProxyHeader part = read_proxy_header(row.bytes.substr(0, size));
            if (part.state != ProxyHeader::State::more || size == row.bytes.size()) {
                EXPECT_EQ(outcome_of(part), outcome_of(whole)) << size;
                EXPECT_EQ(size == row.bytes.size() || !is_right, true);
                break;
            }
        }
    }
}

TEST(ProxyHeader, ReadsVersion1) {
    check(line_rows());
}

TEST(ProxyHeader, ReadsVersion2) {
    check(binary_rows());
}

class ProxyProtocol : public testing::Test {
protected:
    static std::optional<std::vector<Cidr>> loopback() { return {{*Cidr::parse("127.0.0.0/8")}}; }

    const std::string line_ = "PROXY TCP4 203.0.113.9 10.0.0.1 4711 80\r\n";
};

TEST_F(ProxyProtocol, NamesTheClientOfEachRequestOfItsConnection) {
    TestServer server({}, 1, {"127.0.0.1:0"}, loopback());
    const std::vector<std::string> headers{line_, binary(0x21, 0x11, v4_pair)};
    for (const std::string& header : headers) {
        const std::size_t before = server.handler.seen().size();
        RawClient client(server.address());
        client.send_byte_by_byte(header + post("/hook", "a"));
        EXPECT_EQ(client.read_answer()->status, 200U);
        client.send(post("/hook", "b") + post("/hook", "c"));
        EXPECT_EQ(client.read_answer()->status, 200U);
        EXPECT_EQ(client.read_answer()->status, 200U);
        const auto seen = server.handler.seen();
        ASSERT_EQ(seen.size(), before + 3);
        for (std::size_t at = before; at < seen.size(); ++at) {
            EXPECT_EQ(seen[at].head.peer.address.to_string(), "203.0.113.9");
            EXPECT_TRUE(seen[at].head.peer.is_proxied);
            EXPECT_FALSE(seen[at].head.peer.is_unnamed);
        }
    }
}

TEST_F(ProxyProtocol, AHeaderThatNamesNobodyLeavesTheProxysAddress) {
    TestServer server({}, 1, {"127.0.0.1:0"}, loopback());
    for (const std::string& header :
         {binary(0x20, 0x11, v4_pair), std::string("PROXY UNKNOWN\r\n")}) {
        RawClient client(server.address());
        client.send(header + post("/hook", "a"));
        EXPECT_EQ(client.read_answer()->status, 200U);
        const Peer peer = server.handler.seen().back().head.peer;
        EXPECT_EQ(peer.address.to_string(), "127.0.0.1");
        EXPECT_TRUE(peer.is_proxied);
        EXPECT_TRUE(peer.is_unnamed);
    }
}

TEST_F(ProxyProtocol, RefusesWhatIsNone) {
    struct Case {
        const char* name;
        std::string bytes;
        bool ends;
        const char* said;
    };
    const std::vector<Case> rows{
        {"a request", post("/hook", "a"), false, "does not begin with a PROXY header"},
        {"a malformed one", "PROXY TCP4 a b c d\r\n" + post("/hook", "a"), false, "malformed"},
        {"two of them", line_ + line_ + post("/hook", "a"), false, "a PROXY protocol header"},
        {"half of one", line_.substr(0, 20), true, "ended inside the PROXY header"},
        {"half of a binary one", binary(0x21, 0x11, v4_pair).substr(0, 20), true,
         "ended inside the PROXY header"},
    };
    TestServer server({}, 1, {"127.0.0.1:0"}, loopback());
    for (const Case& row : rows) {
        SCOPED_TRACE(row.name);
        RawClient client(server.address());
        client.send(row.bytes);
        if (row.ends) {
            client.finish_sending();
        }
        const auto answer = client.read_answer();
        ASSERT_TRUE(answer.has_value());
        EXPECT_EQ(answer->status, 400U);
        EXPECT_NE(answer->body.find(row.said), std::string::npos) << answer->body;
        client.finish_sending();
        EXPECT_TRUE(client.is_closed_cleanly());
    }
    EXPECT_TRUE(server.handler.seen().empty());
    // A proxy looks whether the port is open, and goes.
    RawClient client(server.address());
    client.finish_sending();
    EXPECT_TRUE(client.is_closed_cleanly());
}

TEST_F(ProxyProtocol, BelievesNobodyButTrustedProxies) {
    const auto path = std::filesystem::temp_directory_path() /
                      ("verohook-proxy-" + std::to_string(::getpid()) + ".sock");
    TestServer server({}, 2, {"127.0.0.1:0", "unix:" + path.string()},
                      {{*Cidr::parse("10.0.0.0/8")}});
    RawClient stranger(server.address());
    stranger.send(line_ + post("/hook", "a"));
    const auto answer = stranger.read_answer();
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->status, 403U);
    EXPECT_NE(answer->body.find("auth.trusted_proxies"), std::string::npos);
    EXPECT_TRUE(server.handler.seen().empty());
    // Who may open the socket's file is trusted by its permissions.
    RawClient beside(server.address(1));
    beside.send(line_ + post("/hook", "a"));
    EXPECT_EQ(beside.read_answer()->status, 200U);
    EXPECT_EQ(server.handler.seen().back().head.peer.address.to_string(), "203.0.113.9");
}

TEST_F(ProxyProtocol, HasTheTimeOfAHead) {
    HttpLimits limits;
    limits.head_timeout = 40ms;
    limits.idle_timeout = 400ms;
    TestServer server(limits, 1, {"127.0.0.1:0"}, loopback());
    for (const std::string& part : {line_.substr(0, 20), signature}) {
        RawClient client(server.address());
        client.send(part);
        const auto answer = client.read_answer();
        ASSERT_TRUE(answer.has_value());
        EXPECT_EQ(answer->status, 408U);
        EXPECT_TRUE(client.is_closed_cleanly());
    }
    // After it the connection is idle, until its first request.
    RawClient client(server.address());
    client.send(line_);
    EXPECT_TRUE(client.is_closed_cleanly());
    EXPECT_EQ(server.server().counters().timeouts.load(), 2U);
}

}  // namespace
}  // namespace verohook::http
