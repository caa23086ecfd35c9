#include "support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace verohook::config {
namespace {

/// Reading either works or says why; it never ends the program.
void read_nonsense(const std::string& toml) {
    const auto settings = parse_with_fakes(toml);
    if (!settings) {
        EXPECT_NE(settings.error().message, "");
    }
}

TEST(Nonsense, RandomBytesNeverCrash) {
    std::mt19937 random(20150622);
    for (int round = 0; round < 3'000; ++round) {
        std::string toml(random() % 200, '\0');
        for (char& byte : toml) {
            byte = static_cast<char>(random() % 256);
        }
        read_nonsense(toml);
    }
}

TEST(Nonsense, RandomPiecesOfTomlNeverCrash) {
    const std::vector<std::string_view> pieces{
        "[",    "]",         "[[",     "]]",   "{",      "}",     "=",       ",",     ".",
        "\n",   " ",         "\"",     "'",    "\"\"\"", "'''",   "\\",      "\\u12", "#",
        "http", "listen",    "sinks",  "auth", "kind",   "1",     "-",       "1e9",   "0x",
        "true", "1979-05-2", "secret", "${",   "}",      "\"a\"", "[\"a\"]", "\r\n",  "\xff"};
    std::mt19937 random(20151001);
    for (int round = 0; round < 5'000; ++round) {
        std::string toml;
        for (std::size_t count = random() % 40; count > 0; --count) {
            toml += pieces[random() % pieces.size()];
        }
        read_nonsense(toml);
    }
}

TEST(Nonsense, ChangedBytesOfTheRealFileNeverCrash) {
    std::mt19937 random(20190101);
    for (int round = 0; round < 1'000; ++round) {
        std::string toml(default_toml());
        for (std::size_t changes = 1 + random() % 5; changes > 0; --changes) {
            toml[random() % toml.size()] = static_cast<char>(random() % 256);
        }
        read_nonsense(toml);
    }
}

TEST(Nonsense, DeepNestingIsRefusedBeforeTheStackEnds) {
    std::string keys = "a";
    for (int depth = 0; depth < 200'000; ++depth) {
        keys += ".a";
    }
    EXPECT_THAT(errors_of(keys + " = 1\n"), testing::HasSubstr("test.toml:1: the line is longer"));
    EXPECT_THAT(errors_of("\n[" + keys + "]\n"),
                testing::HasSubstr("test.toml:2: the line is longer"));
    EXPECT_THAT(errors_of("a = " + std::string(4'000, '[')), testing::HasSubstr("depth"));
    EXPECT_NE(errors_of(keys.substr(0, 8'000) + " = 1\n"), "");
    EXPECT_THAT(errors_of(std::string(2U << 20U, '\n')), testing::HasSubstr("larger than 1 MiB"));
}

}  // namespace
}  // namespace verohook::config
