#include "ingest/client_address.hpp"

#include <gtest/gtest.h>

namespace verohook::ingest {
namespace {

std::string client_of(const char* peer, std::vector<std::string> forwarded) {
    http::RequestHead head;
    if (*peer != '\0') {
        head.peer.address = *IpAddress::parse(peer);
    }
    for (std::string& value : forwarded) {
        head.headers.emplace_back("X-Forwarded-For", std::move(value));
    }
    const std::vector<Cidr> trusted{*Cidr::parse("127.0.0.0/8"), *Cidr::parse("10.0.0.0/8")};
    return client_address(head, trusted).to_string();
}

TEST(ClientAddress, BelievesNoHeaderWhereTheProxyNamesNobody) {
    for (const char* peer : {"127.0.0.1", ""}) {
        http::RequestHead head;
        head.peer.is_proxied = true;
        head.peer.is_unnamed = true;
        if (*peer != '\0') {
            head.peer.address = *IpAddress::parse(peer);
        }
        head.headers.emplace_back("X-Forwarded-For", "203.0.113.9");
        EXPECT_EQ(client_address(head, {*Cidr::parse("127.0.0.0/8")}), head.peer.address);
    }
}

TEST(ClientAddress, IsTheRightMostThatIsNoProxyOfOurs) {
    struct Row {
        const char* name;
        const char* peer;
        std::vector<std::string> forwarded;
        const char* expected;
    };
    const Row rows[] = {
        {"direct", "203.0.113.9", {}, "203.0.113.9"},
        {"an untrusted peer's header says nothing", "203.0.113.9", {"127.0.0.1"}, "203.0.113.9"},
        {"behind one proxy", "127.0.0.1", {"203.0.113.9"}, "203.0.113.9"},
        {"a forged left-most entry", "127.0.0.1", {"10.9.9.9, 203.0.113.9"}, "203.0.113.9"},
        {"behind two proxies", "127.0.0.1", {"203.0.113.9, 10.1.1.1"}, "203.0.113.9"},
        {"over several headers", "127.0.0.1", {"198.51.100.1", "203.0.113.9"}, "203.0.113.9"},
        {"all trusted: the left-most", "127.0.0.1", {"10.2.2.2, 10.1.1.1"}, "10.2.2.2"},
        {"rubbish stops the walk", "127.0.0.1", {"203.0.113.9, what, 10.1.1.1"}, "10.1.1.1"},
        {"empty entry stops the walk", "127.0.0.1", {"203.0.113.9,"}, "127.0.0.1"},
        {"a port", "127.0.0.1", {"203.0.113.9:4711"}, "203.0.113.9"},
        {"IPv6 with a port", "127.0.0.1", {"[2001:db8::1]:4711"}, "2001:db8::1"},
        {"unix socket", "", {"203.0.113.9"}, "203.0.113.9"},
        {"unix socket, no header", "", {}, "unix"},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(client_of(row.peer, row.forwarded), row.expected) << row.name;
    }
}

}  // namespace
}  // namespace verohook::ingest
