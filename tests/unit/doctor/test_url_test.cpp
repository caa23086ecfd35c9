#include "doctor/test_url.hpp"

#include <gtest/gtest.h>

#include <string>

namespace verohook::doctor {
namespace {

config::Settings settings_with(std::vector<std::string> secrets) {
    config::Settings settings;
    settings.http.path = "/webhooks/vero";
    settings.auth.secrets = std::move(secrets);
    return settings;
}

struct UrlCase {
    const char* given;
    const char* url;
    const char* place;
    unsigned port;
    SecretSource secret;
    bool has_known_path = true;
};

TEST(TestUrl, GetsASecretWhereItHasNone) {
    const config::Settings settings = settings_with({"first-secret", "second-secret"});
    const UrlCase cases[] = {
        {"https://a.example", "https://a.example/webhooks/vero/first-secret", "https://a.example",
         443, SecretSource::configuration},
        {"https://a.example/", "https://a.example/webhooks/vero/first-secret", "https://a.example",
         443, SecretSource::configuration},
        {"https://a.example/webhooks/vero", "https://a.example/webhooks/vero/first-secret",
         "https://a.example", 443, SecretSource::configuration},
        {"http://a.example:81/webhooks/vero?x=1#end",
         "http://a.example:81/webhooks/vero/first-secret?x=1", "http://a.example:81", 81,
         SecretSource::configuration},
        {"https://a.example/webhooks/vero/second-secret",
         "https://a.example/webhooks/vero/second-secret", "https://a.example", 443,
         SecretSource::url},
        {"https://a.example/webhooks/vero?token=second-secret",
         "https://a.example/webhooks/vero?token=second-secret", "https://a.example", 443,
         SecretSource::url},
        {"https://vero:second-secret@a.example/webhooks/vero",
         "https://vero:second-secret@a.example/webhooks/vero", "https://a.example", 443,
         SecretSource::url},
        {"https://a.example?token=second-secret",
         "https://a.example/webhooks/vero?token=second-secret", "https://a.example", 443,
         SecretSource::url},
        // A wrong one must not be helped by a right one beside it.
        {"https://a.example/webhooks/vero/wrong-secret",
         "https://a.example/webhooks/vero/wrong-secret", "https://a.example", 443,
         SecretSource::url_unknown},
        {"https://a.example/webhooks/vero/", "https://a.example/webhooks/vero/",
         "https://a.example", 443, SecretSource::url_unknown},
        {"https://a.example/webhooks/vero?token=", "https://a.example/webhooks/vero?token=",
         "https://a.example", 443, SecretSource::url_unknown},
        // What another path holds may be a secret already.
        {"https://a.example/hooks/first-secret", "https://a.example/hooks/first-secret",
         "https://a.example", 443, SecretSource::url_unknown, false},
    };
    for (const UrlCase& each : cases) {
        SCOPED_TRACE(each.given);
        const auto made = make_test_url(each.given, settings);
        ASSERT_TRUE(made.has_value());
        EXPECT_EQ(made->url, each.url);
        EXPECT_EQ(made->place, each.place);
        EXPECT_EQ(made->port, each.port);
        EXPECT_EQ(made->secret, each.secret);
        EXPECT_EQ(made->has_known_path, each.has_known_path);
        EXPECT_EQ(made->is_tls, made->url.starts_with("https"));
    }
}

TEST(TestUrl, NeedsNoneWhereNoneIsConfigured) {
    const config::Settings settings = settings_with({});
    for (const char* given : {"https://a.example", "https://a.example/webhooks/vero"}) {
        const auto made = make_test_url(given, settings);
        ASSERT_TRUE(made.has_value());
        EXPECT_EQ(made->url, "https://a.example/webhooks/vero");
        EXPECT_EQ(made->secret, SecretSource::none);
    }
}

TEST(TestUrl, RefusesWithoutRepeating) {
    for (const char* given : {"", "first-secret", "ftp://first-secret", "https://", "https://a b",
                              "http+unix:///run/first-secret.sock:/"}) {
        const auto made = make_test_url(given, settings_with({"first-secret"}));
        ASSERT_FALSE(made.has_value()) << given;
        EXPECT_EQ(made.error().code, ErrorCode::invalid_input);
        EXPECT_EQ(made.error().message.find("first-secret"), std::string::npos);
    }
}

}  // namespace
}  // namespace verohook::doctor
