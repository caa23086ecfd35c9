#include "http/framing.hpp"
#include "http/head_scanner.hpp"
#include "http/url.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace verohook::http {
namespace {

TEST(Framing, Host) {
    struct Row {
        const char* text;
        bool is_valid;
    };
    const std::vector<Row> rows{
        {"a", true},         {"a.b-c_d~e", true}, {"a:80", true},
        {"a:", true},        {"127.0.0.1", true}, {"[::1]", true},
        {"[::1]:80", true},  {"a%20b", true},     {"", false},
        {":80", false},      {"a:b", false},      {"a:65536", false},
        {"a:080000", false}, {"a b", false},      {"a/b", false},
        {"me@a", false},     {"a?b", false},      {"a#b", false},
        {"[::1", false},     {"[a]", false},      {"[127.0.0.1]", false},
        {"[::1]a", false},   {"a%2", false},      {"a%zz", false},
        {"a:80:90", false},  {"\xC3\xA9", false}, {"a,b", true},
        {"a\\b", false},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(is_host(row.text), row.is_valid) << row.text;
    }
}

TEST(HeadScanner, TheLimitHoldsToTheByte) {
    const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    for (const std::size_t limit :
         {head.size(), head.size() - 1, head.size() - 2, std::size_t{5}}) {
        HeadScanner whole;
        EXPECT_EQ(whole.scan(head, limit), limit == head.size() ? HeadScanner::State::complete
                                                                : HeadScanner::State::refused);
        HeadScanner growing;
        HeadScanner::State state = HeadScanner::State::more;
        for (std::size_t size = 0; size <= head.size() && state == HeadScanner::State::more;
             ++size) {
            state = growing.scan(head.substr(0, size), limit);
        }
        EXPECT_EQ(state, limit == head.size() ? HeadScanner::State::complete
                                              : HeadScanner::State::refused);
    }
}

TEST(Url, Table) {
    struct Row {
        std::string text;
        std::string
            expected;  ///< host|port|target|authority|authorization|socket; empty: an error.
    };
    const std::vector<Row> rows{
        {"http://a", "a|80|/|a||"},
        {"http://a:8080/b?c#d", "a|8080|/b?c|a:8080||"},
        {"https://a.b/", "a.b|443|/|a.b||"},
        {"http://[::1]:80/x", "::1|80|/x|[::1]:80||"},
        {"http://[::1]", "::1|80|/|[::1]||"},
        {"http://a?b", "a|80|/?b|a||"},
        {"http://me:p%40ss@a/", "a|80|/|a|Basic bWU6cEBzcw==|"},
        {"http://me@a/", "a|80|/|a|Basic bWU6|"},
        {"http+unix:///run/a.sock:/b?c", "||/b?c|localhost||/run/a.sock"},
        {"http+unix:///run/a.sock", "||/|localhost||/run/a.sock"},
        {"", ""},
        {"a", ""},
        {"ftp://a", ""},
        {"http://", ""},
        {"http:///a", ""},
        {"http://a b/", ""},
        {"http://a:b/", ""},
        {"http://a/\xC3\xA9", ""},
        {"http://me:%4@a/", ""},
        {"http+unix://a", ""},
    };
    for (const Row& row : rows) {
        SCOPED_TRACE(row.text);
        const auto url = parse_url(row.text);
        ASSERT_EQ(url.has_value(), !row.expected.empty());
        if (url) {
            EXPECT_EQ(url->host + "|" + url->port + "|" + url->target + "|" + url->authority + "|" +
                          url->authorization + "|" + url->socket_path,
                      row.expected);
            EXPECT_EQ(url->is_tls, row.text.starts_with("https"));
        }
    }
}

}  // namespace
}  // namespace verohook::http
