#include "support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace verohook::config {
namespace {

using testing::Contains;
using testing::IsSupersetOf;
using testing::Not;

TEST(SecretsOf, FindsThemAllAndTheirParts) {
    const auto settings = parse_with_fakes(R"(
[auth]
secrets = ["a-webhook-secret"]
[admin]
tokens = ["an-admin-token"]
[sinks.a]
kind = "every"
target = "x"
redact = ["user.email=hash"]
redact_key = "a-key-of-hashes-that-is-long-enough"
tokens = [
    "Authorization: Bearer a-bearer-token",
    "X-Env: live",
    "postgresql://me:a-password@db.example.com/crm",
    "https://example.com/hooks/a-path-that-is-a-secret?token=a-query-secret",
    "sasl.password=a-kafka-password",
    "client.id=verohook",
]
)");
    ASSERT_TRUE(settings) << settings.error().message;
    const auto found = secrets_of(*settings, fake_kinds());
    EXPECT_THAT(
        found,
        IsSupersetOf({"a-webhook-secret", "an-admin-token", "a-key-of-hashes-that-is-long-enough",
                      "a-bearer-token", "Bearer a-bearer-token", "a-password",
                      "a-path-that-is-a-secret", "token=a-query-secret", "a-kafka-password"}));
    for (const char* word : {"live", "verohook", "hooks", "crm", "me"}) {
        EXPECT_THAT(found, Not(Contains(word)));
    }
}

}  // namespace
}  // namespace verohook::config
