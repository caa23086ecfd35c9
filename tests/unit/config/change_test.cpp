#include "config/change.hpp"

#include "support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace verohook::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Settings settings_of(std::string_view toml) {
    auto settings = parse_with_fakes(toml);
    VEROHOOK_CHECK(settings.has_value());
    return std::move(*settings);
}

Change between(std::string_view before, std::string_view after) {
    return difference(settings_of(before), settings_of(after), fake_kinds());
}

constexpr std::string_view base = R"(
[auth]
secrets = ["first-secret"]
[sinks.a]
kind = "every"
target = "there"
password = "s3cr3t"
[sinks.b]
kind = "stdout"
[sinks.off]
kind = "stdout"
enabled = false
)";

/// `base` with the first occurrence of a text replaced.
std::string with(std::string_view text, std::string_view replacement) {
    std::string toml(base);
    const std::size_t at = toml.find(text);
    VEROHOOK_CHECK(at != std::string::npos);
    return toml.replace(at, text.size(), replacement);
}

TEST(Change, TellsWhatDiffersByName) {
    const struct {
        const char* name;
        std::string after;
        std::vector<std::string> keys;
        std::vector<std::string> restart_keys;
        std::vector<std::string> added;
        std::vector<std::string> changed;
        std::vector<std::string> removed;
    } rows[] = {
        {"nothing", std::string(base), {}, {}, {}, {}, {}},
        {"a secret", with("first-", "other-"), {"auth.secrets"}, {}, {}, {}, {}},
        {"one more secret",
         with("\"first-secret\"", "\"first-secret\", \"second-secret\""),
         {"auth.secrets"},
         {},
         {},
         {},
         {}},
        {"threads",
         with("[auth]", "[http]\nthreads = 3\n[auth]"),
         {},
         {"http.threads"},
         {},
         {},
         {}},
        {"state_dir and more",
         "state_dir = \"/x\"\nshutdown_timeout = \"1s\"\n" + std::string(base),
         {"shutdown_timeout"},
         {"state_dir"},
         {},
         {},
         {}},
        {"a sink's password", with("s3cr3t", "t0k3n"), {"sinks.a.password"}, {}, {}, {"a"}, {}},
        {"two keys of a sink",
         with("\"there\"", "\"here\"\nbatch_max = 7"),
         {"sinks.a.batch_max", "sinks.a.target"},
         {},
         {},
         {"a"},
         {}},
        {"another kind",
         with("\"every\"\ntarget = \"there\"\npassword = \"s3cr3t\"", "\"stdout\""),
         {"sinks.a.kind", "sinks.a.labels", "sinks.a.mode", "sinks.a.password", "sinks.a.ratio",
          "sinks.a.rotate", "sinks.a.strict", "sinks.a.target", "sinks.a.tokens", "sinks.a.wait"},
         {},
         {},
         {"a"},
         {}},
        {"another name", with("sinks.b", "sinks.c"), {}, {}, {"c"}, {}, {"b"}},
        {"switched on", with("enabled = false", ""), {}, {}, {"off"}, {}, {}},
        {"switched off", with("[sinks.b]", "[sinks.b]\nenabled = false"), {}, {}, {}, {}, {"b"}},
        {"one that is off",
         with("enabled = false", "enabled = false\nbatch_max = 3"),
         {},
         {},
         {},
         {},
         {}},
    };
    for (const auto& row : rows) {
        SCOPED_TRACE(row.name);
        const Change change = between(base, row.after);
        EXPECT_EQ(change.keys, row.keys);
        EXPECT_EQ(change.restart_keys, row.restart_keys);
        EXPECT_EQ(change.added_sinks, row.added);
        EXPECT_EQ(change.changed_sinks, row.changed);
        EXPECT_EQ(change.removed_sinks, row.removed);
    }
}

/// Every key takes effect at once or waits for a restart; a new one has to be put here, and to be
/// looked after where a reload is applied.
TEST(Change, EveryKeyIsOfOneKind) {
    const std::set<std::string> restart{
        "state_dir",    "http.listen", "http.unix_mode",           "http.threads",
        "admin.listen", "log.format",  "journal.duplicate_events", "journal.duplicate_age",
        "log.path"};
    const std::set<std::string> at_once{"shutdown_timeout",
                                        "http.path",
                                        "http.proxy_protocol",
                                        "http.head_max",
                                        "http.body_max",
                                        "http.connections_max",
                                        "http.head_timeout",
                                        "http.body_timeout",
                                        "http.idle_timeout",
                                        "auth.required",
                                        "auth.secrets",
                                        "auth.allow",
                                        "auth.trusted_proxies",
                                        "journal.queue_max",
                                        "journal.recent_max",
                                        "journal.retention_age",
                                        "journal.retention_size",
                                        "admin.tokens",
                                        "admin.disk_free_min",
                                        "inspector.enabled",
                                        "inspector.redact",
                                        "admin.webhook_silence",
                                        "log.level",
                                        "log.access",
                                        "log.access_every"};
    std::set<std::string> seen;
    for (const Section& section : sections()) {
        for (const OptionSpec& spec : section.keys) {
            std::string key(section.name);
            key.append(key.empty() ? "" : ".").append(spec.name);
            EXPECT_EQ(needs_restart(key), restart.contains(key)) << key;
            EXPECT_NE(needs_restart(key), at_once.contains(key)) << key;
            seen.insert(std::move(key));
        }
    }
    EXPECT_EQ(seen.size(), restart.size() + at_once.size());
    std::set<std::string> values_of_all;
    for (const auto& [key, ignored] : values(settings_of("[sinks]\n"), fake_kinds())) {
        values_of_all.insert(key);
    }
    EXPECT_EQ(values_of_all, seen);
}

constexpr std::string_view everything_else = R"(
state_dir = "/elsewhere"
[http]
listen = ["127.0.0.1:1"]
unix_mode = "0600"
threads = 3
[admin]
listen = []
[log]
format = "json"
path = "/var/log/verohook.log"
[journal]
duplicate_events = 3
duplicate_age = "1h"
[auth]
secrets = ["other-secret"]
)";

TEST(Change, WhatWaitsForARestartStaysAsItRuns) {
    const Settings running = settings_of(base);
    const Settings wanted = settings_of(everything_else);
    EXPECT_EQ(difference(running, wanted, fake_kinds()).restart_keys.size(), 9U);
    const auto merged = merge(running, wanted, "test.toml");
    ASSERT_TRUE(merged) << merged.error().message;
    EXPECT_THAT(difference(running, *merged, fake_kinds()).restart_keys, IsEmpty());
    EXPECT_THAT(merged->auth.secrets, ElementsAre("other-secret"));
    // And is told anew with the next reload.
    EXPECT_EQ(difference(*merged, wanted, fake_kinds()).restart_keys.size(), 9U);
}

TEST(Change, ASecretGoesNoEarlierThanTheAddressThatNeedsIt) {
    const struct {
        const char* name;
        std::string_view running;
        std::string_view wanted;
        const char* complaint;  ///< Empty: it is taken.
    } rows[] = {
        {"the webhook's", "[http]\nlisten = [\"0.0.0.0:80\"]\n[auth]\nsecrets = [\"first-secret\"]",
         "", "test.toml: auth.secrets: the program listens at 0.0.0.0:80"},
        {"not where everybody may send",
         "[http]\nlisten = [\"0.0.0.0:80\"]\n[auth]\nsecrets = [\"first-secret\"]",
         "[auth]\nrequired = false", ""},
        {"the admin port's",
         "[admin]\nlisten = [\"127.0.0.1:1\", \"[::]:81\"]\ntokens = [\"first-token\"]", "",
         "test.toml: admin.tokens: the program listens at [::]:81"},
        {"local ones", "[http]\nlisten = [\"127.0.0.1:80\"]\n[auth]\nsecrets = [\"first-secret\"]",
         "", ""},
    };
    for (const auto& row : rows) {
        SCOPED_TRACE(row.name);
        const auto merged = merge(settings_of(row.running), settings_of(row.wanted), "test.toml");
        EXPECT_EQ(merged.has_value(), std::string_view(row.complaint).empty());
        if (!merged) {
            EXPECT_EQ(merged.error().code, ErrorCode::invalid_input);
            EXPECT_THAT(merged.error().message, HasSubstr(row.complaint));
            EXPECT_THAT(merged.error().message, Not(HasSubstr("first-")));
        }
    }
}

}  // namespace
}  // namespace verohook::config
