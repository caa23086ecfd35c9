#include "support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace verohook::config {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Every key with another value than its default, and texts that TOML must escape.
constexpr std::string_view everything = R"(
state_dir = "/srv/\"a\\b\" $${X} $$${Y} \u001b[31m \u202e ünï\tçödé"
shutdown_timeout = "1500ms"
[http]
listen = ["[::1]:8080", "unix:/run/a.sock", "0.0.0.0:0"]
path = "/vero"
unix_mode = "0600"
proxy_protocol = true
threads = 3
head_max = "2KiB"
body_max = "3MiB"
connections_max = 12
head_timeout = "1s"
body_timeout = "2m"
idle_timeout = "3h"
[auth]
required = false
secrets = ["s3cr3t-s3cr3t", "t0k3n-t0k3n"]
allow = ["10.0.0.0/8", "2001:db8::/32", "192.0.2.1"]
trusted_proxies = ["192.0.2.0/24"]
[journal]
queue_max = 5
recent_max = "0B"
duplicate_events = 0
duplicate_age = "1h"
retention_age = "0s"
retention_size = "1GiB"
[admin]
listen = []
[log]
level = "error"
format = "json"
[sinks.a_1-b]
kind = "every"
enabled = false
types = ["sent", "unrecognized"]
format = "cloudevents"
duplicates = "keep"
from = "now"
batch_max = 7
retry_min = "1ms"
retry_max = "1d"
target = "a\nb"
password = "s3cr3t"
tokens = ["s3cr3t", "s3cr3t", "s3cr3t"]
mode = "fast"
labels = []
ratio = 9
rotate = "1KiB"
wait = "10ms"
strict = true
[sinks.other]
kind = "stdout"
)";

/// What a person would do with the text: put the secrets back.
std::string with_secrets(std::string text) {
    const std::string hidden = "\"***\"";
    for (std::size_t at = text.find(hidden); at != std::string::npos; at = text.find(hidden, at)) {
        text.replace(at, hidden.size(), "\"put-back-again\"");
    }
    return text;
}

TEST(Describe, LoadsAgainToTheSameSettings) {
    for (const std::string_view toml : {everything, std::string_view("")}) {
        const auto settings = parse_with_fakes(toml);
        ASSERT_TRUE(settings) << settings.error().message;
        const std::string text = describe(*settings, fake_kinds());
        const auto again = parse_with_fakes(with_secrets(text));
        ASSERT_TRUE(again) << again.error().message << "\n" << text;
        EXPECT_EQ(describe(*again, fake_kinds()), text);
        EXPECT_EQ(again->state_dir, settings->state_dir);
        EXPECT_EQ(again->http.addresses, settings->http.addresses);
        EXPECT_EQ(again->http.unix_mode, settings->http.unix_mode);
        EXPECT_EQ(again->auth.secrets.size(), settings->auth.secrets.size());
        ASSERT_EQ(again->sinks.size(), settings->sinks.size());
        EXPECT_EQ(again->sinks[0].types, settings->sinks[0].types);
        EXPECT_EQ(again->sinks[0].limits.backoff_max, settings->sinks[0].limits.backoff_max);
    }
}

TEST(Describe, WritesWhatWasSet) {
    const auto settings = parse_with_fakes(everything);
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(settings->state_dir.string(), "/srv/\"a\\b\" ${X} $${Y} \x1b[31m \u202e ünï\tçödé");
    const std::string text = describe(*settings, fake_kinds());
    const std::array<std::string_view, 14> lines{
        "\nhead_max = \"2KiB\"\n",
        "\nidle_timeout = \"3h\"\n",
        "\nunix_mode = \"0600\"\n",
        "\nsecrets = [\"***\", \"***\"]\n",
        "\nallow = [\"10.0.0.0/8\", \"2001:db8::/32\", \"192.0.2.1/32\"]\n",
        "\nretention_age = \"0s\"\n",
        "\n[admin]\nlisten = []\n",
        "\nlevel = \"error\"\n",
        "\n[sinks.a_1-b]\nkind = \"every\"\nenabled = false\n",
        "\ntypes = [\"sent\", \"unrecognized\"]\n",
        "\nduplicates = \"keep\"\nfrom = \"now\"\n",
        "\npassword = \"***\"\n",
        "\ntokens = [\"***\", \"***\", \"***\"]\n",
        "\ntarget = \"a\\u000ab\"\n",
    };
    for (const std::string_view line : lines) {
        EXPECT_THAT(text, HasSubstr(std::string(line)));
    }
}

TEST(Describe, ShowsNoSecretAndMovesNoTerminal) {
    const auto settings = parse_with_fakes(everything);
    ASSERT_TRUE(settings);
    const std::string text = describe(*settings, fake_kinds());
    for (const char* forbidden : {"s3cr3t", "t0k3n", "\x1b", "\u202e"}) {
        EXPECT_THAT(text, Not(HasSubstr(forbidden)));
    }
}

TEST(Describe, KeepsThatThereIsNoSink) {
    const auto settings = parse_with_fakes("[sinks]\n");
    ASSERT_TRUE(settings);
    EXPECT_TRUE(settings->sinks.empty());
    const auto again = parse_with_fakes(describe(*settings, fake_kinds()));
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->sinks.empty());
}

TEST(Reference, HasARowForEveryKey) {
    const std::string text = reference(fake_kinds());
    const std::array<std::string_view, 7> rows{
        "\n| `state_dir` | text | `\"state\"` | ",
        "\n| `secrets`, `secrets_file` | list of secrets | `[]` | ",
        "\n### `[journal]`\n",
        "\n| `target` | text | required | Where to. |\n",
        "\n| `tokens`, `tokens_file` | list of secrets | `[]` | What else to say \\| or not. |\n",
        "\n| `mode` | text | `\"slow\"` | How. One of `slow`, `fast`. |\n",
        "\n| `wait` | duration | `\"2s\"` | How long. From `\"10ms\"` to `\"1m\"`. |\n",
    };
    for (const std::string_view row : rows) {
        EXPECT_THAT(text, HasSubstr(std::string(row)));
    }
    for (const Section& section : sections()) {
        for (const OptionSpec& spec : section.keys) {
            EXPECT_THAT(text, HasSubstr("\n| `" + std::string(spec.name) + "`"));
            EXPECT_TRUE(spec.help.ends_with('.') || spec.help.ends_with("…")) << spec.name;
        }
    }
}

}  // namespace
}  // namespace verohook::config
