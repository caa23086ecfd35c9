#include "config/listen.hpp"

#include <gtest/gtest.h>

namespace verohook::config {
namespace {

TEST(Listen, TellsAddressesThatAreTheSame) {
    struct Row {
        std::string text;
        std::string canonical;  ///< Empty: no address.
    };
    const Row rows[] = {
        {"127.0.0.1:8080", "127.0.0.1:8080"},
        {"localhost:8080", "127.0.0.1:8080"},
        {"0.0.0.0:0", "0.0.0.0:0"},
        {"[::1]:8080", "[::1]:8080"},
        {"[0:0:0:0:0:0:0:1]:08080", "[::1]:8080"},
        {"unix:/run/verohook.sock", "unix:/run/verohook.sock"},
        {"unix:/run//./verohook.sock", "unix:/run/verohook.sock"},
        {"unix:/" + std::string(106, 'x'), "unix:/" + std::string(106, 'x')},
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
        const auto canonical = canonical_address(row.text);
        EXPECT_EQ(canonical ? *canonical : "", row.canonical);
    }
}

TEST(Listen, KnowsWhenThePortIsLeftToTheSystem) {
    EXPECT_TRUE(has_any_port("127.0.0.1:0"));
    EXPECT_FALSE(has_any_port("127.0.0.1:80"));
    EXPECT_FALSE(has_any_port("unix:/run/a:0"));
}

}  // namespace
}  // namespace verohook::config
