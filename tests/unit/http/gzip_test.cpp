#include "http/gzip.hpp"

#include "support/compress.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace verohook::http {
namespace {

using test::compressed;

TEST(Gzip, WhatGoesInComesOut) {
    std::string noise;
    for (unsigned at = 0; at < 300'000; ++at) {
        noise += static_cast<char>((at * at * 31 + at / 7) % 253);
    }
    for (const std::string& text :
         {std::string(), std::string("x"), std::string(100'000, 'y'), noise}) {
        const auto out = gunzip(compressed(text), text.size());
        ASSERT_TRUE(out.has_value()) << out.error().message;
        EXPECT_EQ(*out, text);
    }
}

TEST(Gzip, Table) {
    struct Row {
        const char* name;
        std::string bytes;
        std::size_t bytes_max;
        std::string expected;  ///< If there is no message.
        std::string message;   ///< A part of the error's.
        bool too_large = false;
    };
    const std::string hello = compressed("hello");
    std::string bad_checksum = hello;
    bad_checksum[bad_checksum.size() - 8] =
        static_cast<char>(bad_checksum[bad_checksum.size() - 8] ^ 1);
    const std::vector<Row> rows{
        {"one member", hello, 100, "hello", ""},
        {"exactly as large as allowed", hello, 5, "hello", ""},
        {"one byte too large", hello, 4, "", "more bytes", true},
        {"nothing allowed", hello, 0, "", "more bytes", true},
        {"nothing, nothing allowed", compressed(""), 0, "", ""},
        {"three members", hello + compressed("") + compressed(" world"), 100, "hello world", ""},
        {"members together too large", hello + hello, 9, "", "more bytes", true},
        {"bomb", compressed(std::string(50'000'000, '\0')), 1024 * 1024, "", "more bytes", true},
        {"empty", "", 100, "", "ends too early"},
        {"no gzip", "{\"type\":1}", 100, "", "broken"},
        {"zlib instead", std::string("\x78\x9c\x03\x00\x00\x00\x00\x01", 8), 100, "", "broken"},
        {"cut off in the header", hello.substr(0, 5), 100, "", "ends too early"},
        {"cut off in the data", hello.substr(0, 14), 100, "", "ends too early"},
        {"cut off in the checksum", hello.substr(0, hello.size() - 1), 100, "", "ends too early"},
        {"wrong checksum", bad_checksum, 100, "", "broken"},
        {"garbage after it", hello + "garbage", 100, "", "no gzip"},
        {"zeros after it", hello + std::string(512, '\0'), 100, "", "no gzip"},
        {"half a member after it", hello + hello.substr(0, 12), 100, "", "ends too early"},
    };
    for (const Row& row : rows) {
        SCOPED_TRACE(row.name);
        const auto out = gunzip(row.bytes, row.bytes_max);
        if (row.message.empty()) {
            ASSERT_TRUE(out.has_value()) << out.error().message;
            EXPECT_EQ(*out, row.expected);
        } else {
            ASSERT_FALSE(out.has_value());
            EXPECT_NE(out.error().message.find(row.message), std::string::npos)
                << out.error().message;
            EXPECT_EQ(out.error().too_large, row.too_large);
            EXPECT_LE(out.error().offset, row.bytes.size());
        }
    }
}

TEST(Gzip, TheOffsetSaysWhereItBroke) {
    const std::string hello = compressed("hello");
    EXPECT_EQ(gunzip(hello.substr(0, 14), 100).error().offset, 14U);
    const std::size_t offset = gunzip(hello + "garbage", 100).error().offset;
    EXPECT_GE(offset, hello.size());
    EXPECT_LE(offset, hello.size() + 2);
}

TEST(Gzip, AnyBrokenByteIsAnErrorOrTheSameText) {
    const std::string whole =
        compressed("a text that is long enough to have some structure, some, some");
    for (std::size_t at = 0; at < whole.size(); ++at) {
        std::string bytes = whole;
        bytes[at] = static_cast<char>(bytes[at] ^ 0x55);
        const auto out = gunzip(bytes, 1000);
        if (out) {
            EXPECT_EQ(*out, *gunzip(whole, 1000)) << at;
        }
    }
}

}  // namespace
}  // namespace verohook::http
