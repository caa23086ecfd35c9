#include "support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace verohook::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(Secrets, ComeFromTextEnvironmentAndFile) {
    const TemporaryFolder folder;
    const Variable variable("VEROHOOK_TEST_SECRET", "from-environment");
    folder.write("secrets", "# rotated in May\r\n\n  first-of-file  \r\nsecond-of-file");
    folder.write("password", "correct horse\n");
    const auto file =
        folder.write("verohook.toml",
                     "[auth]\nsecrets = [\"${VEROHOOK_TEST_SECRET}\", \"written-out\"]\n"
                     "secrets_file = \"secrets\"\n"
                     "[sinks.a]\nkind = \"every\"\ntarget = \"$${x}\"\n"
                     "password_file = \"password\"\n");
    const auto settings = load(file, fake_kinds());
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_THAT(settings->auth.secrets,
                ElementsAre("from-environment", "written-out", "first-of-file", "second-of-file"));
    ASSERT_EQ(settings->sinks.size(), 1U);
    EXPECT_EQ(settings->sinks[0].options.text("password"), "correct horse");
    EXPECT_EQ(settings->sinks[0].options.text("target"), "${x}");
}

TEST(Secrets, OfAFileAreNamedByTheirPlace) {
    const TemporaryFolder folder;
    folder.write("secrets", "good-enough\nhunter2\n");
    const auto file = folder.write("a.toml",
                                   "[auth]\nsecrets = [\"fine-secret\"]\n\n"
                                   "secrets_file = \"secrets\"\n");
    const auto settings = load(file, fake_kinds());
    ASSERT_FALSE(settings);
    EXPECT_EQ(settings.error().message,
              file.string() +
                  ":4: auth.secrets: the secret 2 of the file has fewer than 8 "
                  "characters; `openssl rand -hex 24` makes one");
}

TEST(Secrets, FileWithoutAnyOrWithBytesThatAreNoText) {
    const TemporaryFolder folder;
    folder.write("empty", "\n# nothing\n");
    folder.write("bytes", "\xff\xfe secret");
    const auto empty = load(folder.write("a.toml", "[auth]\nsecrets_file = \"empty\"\n"), {});
    ASSERT_FALSE(empty);
    EXPECT_THAT(empty.error().message, HasSubstr("a.toml:2: auth.secrets_file: "));
    EXPECT_THAT(empty.error().message, HasSubstr("holds no secret"));
    const auto bytes = load(folder.write("b.toml", "[auth]\nsecrets_file = \"bytes\"\n"), {});
    ASSERT_FALSE(bytes);
    EXPECT_THAT(bytes.error().message, HasSubstr("has a byte that is no text"));
}

/// Whatever is wrong around a secret, no error may show it.
TEST(Secrets, StandInNoError) {
    const std::string_view rows[] = {
        "[auth]\nsecrets = \"s3cr3t-s3cr3t\"\n",
        "[auth]\nsecrets = [\"s3cr3t\"]\n",
        "[auth]\nsecrets = [\"s3cr3t with blanks\"]\n",
        "[auth]\nsecrets = [\"s3cr3t-s3cr3t\", 5]\n",
        "[auth]\nsecrets = [[\"s3cr3t-s3cr3t\"]]\n",
        "[auth]\nsecrets = {a = \"s3cr3t\"}\n",
        "[auth]\nsecrets = [\"${s3cr3t-s3cr3t}\"]\n",
        "[auth]\nsecrets = [\"${s3cr3t\"]\n",
        "[auth]\nsecrets = [s3cr3t]\n",
        "[auth]\nsecrets = [\"s3cr3t]\n",
        "[auth]\nsecrets = [\"s3cr3t\" \"s3cr3t\"]\n",
        "[auth]\nsecrets = \"s3cr3t\\q\"\n",
        "[auth]\nsecret = [\"s3cr3t-s3cr3t\"]\n",
        "[sinks.a]\nkind = \"every\"\npassword = [\"s3cr3t\"]\n",
        "[sinks.a]\nkind = \"every\"\npassword = \"s3cr3t\\u0000\"\n",
        "[sinks.a]\nkind = \"every\"\ntokens = \"s3cr3t\"\n",
        "[sinks.a]\nkind = \"stdout\"\npassword = \"s3cr3t\"\n",
    };
    for (const std::string_view toml : rows) {
        SCOPED_TRACE(toml);
        const std::string errors = errors_of(toml);
        EXPECT_NE(errors, "");
        EXPECT_THAT(errors, Not(HasSubstr("s3cr3t")));
    }
    const std::string number = errors_of("[auth]\nsecrets = [123456789012345678901234567890]\n");
    EXPECT_THAT(number, HasSubstr("test.toml:2: "));
    EXPECT_THAT(number, Not(HasSubstr("34567")));
}

TEST(Secrets, OfTheEnvironmentStandInNoErrorOfTheirKey) {
    const Variable variable("VEROHOOK_TEST_SECRET", "s3cr3t");
    EXPECT_THAT(errors_of("[auth]\nsecrets = [\"${VEROHOOK_TEST_SECRET}\"]\n"),
                Not(HasSubstr("s3cr3t")));
}

TEST(Environment, IsReplacedInEveryText) {
    const Variable folder("VEROHOOK_TEST_A", "/srv");
    const Variable port("VEROHOOK_TEST_B", "81");
    const Variable size("VEROHOOK_TEST_C", "2MiB");
    const Variable empty("VEROHOOK_TEST_D", "");
    const auto settings = parse_with_fakes(
        "state_dir = \"${VEROHOOK_TEST_A}/state${VEROHOOK_TEST_D}/$${x}$$${VEROHOOK_TEST_B}\"\n"
        "[http]\nlisten = [\"[::1]:${VEROHOOK_TEST_B}\"]\nbody_max = \"${VEROHOOK_TEST_C}\"\n");
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(settings->state_dir, "/srv/state/${x}$${VEROHOOK_TEST_B}");
    EXPECT_THAT(settings->http.addresses, ElementsAre("[::1]:81"));
    EXPECT_EQ(settings->http_limits.body_bytes_max, 2U << 20U);
}

TEST(Environment, MustBeText) {
    const Variable variable("VEROHOOK_TEST_A", "a\xff");
    EXPECT_THAT(errors_of("state_dir = \"${VEROHOOK_TEST_A}\"\n"),
                HasSubstr("has a byte that is no text"));
}

}  // namespace
}  // namespace verohook::config
