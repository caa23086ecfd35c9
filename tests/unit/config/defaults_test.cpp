#include "support.hpp"
#include "support/paths.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace verohook::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Defaults, AreThoseOfTheStructs) {
    const auto settings = parse_with_fakes("");
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(settings->state_dir, "state");
    EXPECT_EQ(settings->shutdown_timeout, std::chrono::seconds(30));
    EXPECT_THAT(settings->http.addresses, ElementsAre("127.0.0.1:8080"));
    EXPECT_EQ(settings->http.path, "/webhooks/vero");
    EXPECT_EQ(settings->http.unix_mode, Listen{}.unix_mode);
    EXPECT_EQ(settings->http.threads, Listen{}.threads);
    const HttpLimits http;
    EXPECT_EQ(settings->http_limits.head_bytes_max, http.head_bytes_max);
    EXPECT_EQ(settings->http_limits.body_bytes_max, http.body_bytes_max);
    EXPECT_EQ(settings->http_limits.connections_max, http.connections_max);
    EXPECT_EQ(settings->http_limits.head_timeout, http.head_timeout);
    EXPECT_EQ(settings->http_limits.body_timeout, http.body_timeout);
    EXPECT_EQ(settings->http_limits.idle_timeout, http.idle_timeout);
    EXPECT_EQ(settings->auth.required, Auth{}.required);
    EXPECT_THAT(settings->auth.secrets, IsEmpty());
    EXPECT_THAT(settings->auth.allow, IsEmpty());
    ASSERT_EQ(settings->auth.trusted_proxies.size(), 2U);
    EXPECT_EQ(settings->auth.trusted_proxies[0].to_string(), "127.0.0.0/8");
    EXPECT_EQ(settings->auth.trusted_proxies[1].to_string(), "::1/128");
    const JournalLimits journal;
    EXPECT_EQ(settings->journal.queue_requests_max, journal.queue_requests_max);
    EXPECT_EQ(settings->journal.recent_bytes_max, journal.recent_bytes_max);
    EXPECT_EQ(settings->journal.duplicate_events_max, journal.duplicate_events_max);
    EXPECT_EQ(settings->journal.duplicate_age_max, journal.duplicate_age_max);
    EXPECT_EQ(settings->journal.retention_age_max, journal.retention_age_max);
    EXPECT_EQ(settings->journal.retention_bytes_max, journal.retention_bytes_max);
    EXPECT_THAT(settings->admin.addresses, ElementsAre("127.0.0.1:8081"));
    EXPECT_EQ(settings->log.level, Log{}.level);
    EXPECT_EQ(settings->log.json, Log{}.json);
}

TEST(Defaults, OfSinks) {
    const auto settings = parse_with_fakes("[sinks.a]\nkind = \"every\"\ntarget = \"x\"\n");
    ASSERT_TRUE(settings) << settings.error().message;
    ASSERT_EQ(settings->sinks.size(), 1U);
    const SinkConfig& sink = settings->sinks[0];
    EXPECT_EQ(sink.name, "a");
    EXPECT_EQ(sink.kind, "every");
    EXPECT_TRUE(sink.enabled);
    EXPECT_THAT(sink.types, IsEmpty());
    EXPECT_EQ(sink.format, "json");
    EXPECT_FALSE(sink.keep_duplicates);
    EXPECT_FALSE(sink.from_now);
    EXPECT_EQ(sink.limits.batch_events_max, DeliveryLimits{}.batch_events_max);
    EXPECT_EQ(sink.limits.backoff_min, DeliveryLimits{}.backoff_min);
    EXPECT_EQ(sink.limits.backoff_max, DeliveryLimits{}.backoff_max);
    EXPECT_EQ(sink.options.text("mode"), "slow");
    EXPECT_THAT(sink.options.list("labels"), ElementsAre("a", "b"));
    EXPECT_THAT(sink.options.list("tokens"), IsEmpty());
    EXPECT_EQ(sink.options.integer("ratio"), 3);
    EXPECT_EQ(sink.options.integer("rotate"), 10 << 20);
    EXPECT_EQ(sink.options.duration("wait"), std::chrono::seconds(2));
    EXPECT_FALSE(sink.options.boolean("strict"));
}

TEST(Defaults, HaveOneSinkOnStandardOutput) {
    const auto settings = parse_with_fakes("");
    ASSERT_TRUE(settings);
    ASSERT_EQ(settings->sinks.size(), 1U);
    EXPECT_EQ(settings->sinks[0].name, "stdout");
    EXPECT_EQ(settings->sinks[0].kind, "stdout");
}

/// As far as the sinks whose kinds these tests do not have; documents_test.cpp has all of it.
std::string without_other_kinds(std::string_view toml) {
    return std::string(toml.substr(0, toml.find("[sinks.customers]")));
}

std::string uncommented() {
    return without_other_kinds(uncommented_default_toml());
}

TEST(DefaultToml, IsTheFileAndGivesTheDefaults) {
    EXPECT_EQ(default_toml(), content_of(test::source_folder() / "config" / "verohook.toml"));
    const auto defaults = parse_with_fakes("");
    ASSERT_TRUE(defaults);
    for (const std::string& toml : {without_other_kinds(default_toml()), uncommented()}) {
        const auto settings = parse_with_fakes(toml);
        ASSERT_TRUE(settings) << settings.error().message;
        EXPECT_EQ(describe(*settings, fake_kinds()), describe(*defaults, fake_kinds()));
    }
}

TEST(DefaultToml, ShowsEveryKeyWithItsDefault) {
    auto shown = keys_of(uncommented());
    for (const Section& section : sections()) {
        for (const OptionSpec& spec : section.keys) {
            const std::string prefix(section.name.empty() ? "" : std::string(section.name) + ".");
            EXPECT_EQ(shown[prefix + std::string(spec.name)], spec.fallback) << prefix << spec.name;
        }
    }
    for (const OptionSpec& spec : sink_keys()) {
        const std::string_view expected = spec.required ? R"("stdout")" : spec.fallback;
        EXPECT_EQ(shown["sinks.stdout." + std::string(spec.name)], expected) << spec.name;
    }
}

}  // namespace
}  // namespace verohook::config
