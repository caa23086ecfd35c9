#include "base/listen_address.hpp"

#include <gtest/gtest.h>

namespace verohook {
namespace {

TEST(ListenAddress, IsWrittenInOneWay) {
    struct Row {
        std::string text;
        std::string canonical;  ///< Empty: no address.
        bool is_local_only = false;
    };
    const Row rows[] = {
        {"127.0.0.1:8080", "127.0.0.1:8080", true},
        {"127.8.8.8:1", "127.8.8.8:1", true},
        {"localhost:8080", "127.0.0.1:8080", true},
        {"0.0.0.0:0", "0.0.0.0:0"},
        {"192.0.2.1:65535", "192.0.2.1:65535"},
        {"[::1]:8080", "[::1]:8080", true},
        {"[0:0:0:0:0:0:0:1]:08080", "[::1]:8080", true},
        {"[::]:80", "[::]:80"},
        {"[::ffff:127.0.0.1]:80", "127.0.0.1:80", true},
        {"unix:/run/verohook.sock", "unix:/run/verohook.sock", true},
        {"unix:/run//./verohook.sock", "unix:/run/verohook.sock", true},
        {"unix:/" + std::string(106, 'x'), "unix:/" + std::string(106, 'x'), true},
        {"unix:/" + std::string(107, 'x'), ""},
        {"unix:relative.sock", ""},
        {"unix:", ""},
        {"", ""},
        {":8080", ""},
        {"8080", ""},
        {"127.0.0.1", ""},
        {"127.0.0.1:", ""},
        {"127.0.0.1:65536", ""},
        {"127.0.0.1:-1", ""},
        {"127.0.0.1:http", ""},
        {"::1:8080", ""},
        {"[::1]", ""},
        {"[127.0.0.1]:80", ""},
        {"example.com:80", ""},
        {"*:80", ""},
    };
    for (const Row& row : rows) {
        SCOPED_TRACE(row.text);
        const auto parsed = parse_listen_address(row.text);
        EXPECT_EQ(parsed ? parsed->to_string() : "", row.canonical);
        if (parsed) {
            EXPECT_EQ(parsed->is_local_only(), row.is_local_only);
        } else {
            EXPECT_EQ(parsed.error().code, ErrorCode::invalid_input);
        }
    }
}

TEST(ListenAddress, KnowsWhenThePortIsLeftToTheSystem) {
    EXPECT_TRUE(parse_listen_address("127.0.0.1:0")->has_any_port());
    EXPECT_FALSE(parse_listen_address("127.0.0.1:80")->has_any_port());
    EXPECT_FALSE(parse_listen_address("unix:/run/a:0")->has_any_port());
}

}  // namespace
}  // namespace verohook
