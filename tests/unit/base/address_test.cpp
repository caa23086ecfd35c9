#include "base/address.hpp"

#include <gtest/gtest.h>

namespace verohook {
namespace {

TEST(Address, ParsesAndPrints) {
    struct Row {
        const char* input;
        const char* expected;
    };
    const Row rows[] = {{"127.0.0.1", "127.0.0.1"},
                        {"::1", "::1"},
                        {"2001:DB8::1", "2001:db8::1"},
                        {"::ffff:10.0.0.7", "10.0.0.7"}};
    for (const Row& row : rows) {
        EXPECT_EQ(IpAddress::parse(row.input)->to_string(), row.expected) << row.input;
    }
    for (const char* input : {"", "1.2.3", "1.2.3.4.5", "1.2.3.400", "localhost", "::g", "[::1]"}) {
        EXPECT_FALSE(IpAddress::parse(input).has_value()) << input;
    }
    EXPECT_EQ(IpAddress{}.to_string(), "unix");
}

TEST(Address, KnowsLoopback) {
    for (const char* input : {"127.0.0.1", "127.255.0.3", "::1", "::ffff:127.0.0.1"}) {
        EXPECT_TRUE(IpAddress::parse(input)->is_loopback()) << input;
    }
    for (const char* input : {"128.0.0.1", "10.0.0.1", "::2", "fe80::1"}) {
        EXPECT_FALSE(IpAddress::parse(input)->is_loopback()) << input;
    }
    EXPECT_FALSE(IpAddress{}.is_loopback());
}

TEST(Cidr, Contains) {
    struct Row {
        const char* network;
        const char* address;
        bool expected;
    };
    const Row rows[] = {
        {"10.0.0.0/8", "10.255.1.2", true},
        {"10.0.0.0/8", "11.0.0.0", false},
        {"10.1.2.3", "10.1.2.3", true},
        {"10.1.2.3", "10.1.2.4", false},
        {"192.168.4.0/22", "192.168.7.255", true},
        {"192.168.4.0/22", "192.168.8.0", false},
        {"0.0.0.0/0", "1.2.3.4", true},
        {"0.0.0.0/0", "::1", false},
        {"2001:db8::/33", "2001:db8:7fff::1", true},
        {"2001:db8::/33", "2001:db8:8000::1", false},
        {"10.0.0.0/8", "::ffff:10.1.1.1", true},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(Cidr::parse(row.network)->contains(*IpAddress::parse(row.address)), row.expected)
            << row.network << " " << row.address;
    }
    EXPECT_FALSE(Cidr::parse("0.0.0.0/0")->contains(IpAddress{}));
    for (const char* input : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "::/129"}) {
        EXPECT_FALSE(Cidr::parse(input).has_value()) << input;
    }
}

}  // namespace
}  // namespace verohook
