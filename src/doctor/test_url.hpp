#pragma once

#include "config/config.hpp"

#include <verohook/base/result.hpp>

#include <string>
#include <string_view>

namespace verohook::doctor {

/// Where a test event's secret comes from.
enum class SecretSource {
    configuration,  ///< The URL had none, so the first of auth.secrets was added.
    url,            ///< The URL has one of auth.secrets.
    url_unknown,    ///< The URL has one, and it is none of auth.secrets.
    none,           ///< No secret is configured.
};

/// The URL that a test event is posted to.
struct TestUrl {
    std::string url;    ///< With the secret; never to be shown.
    std::string place;  ///< `https://hooks.example.com`: what may be shown of it.
    std::string host;   ///< `hooks.example.com`
    unsigned port = 0;
    bool is_tls = false;
    bool has_known_path = false;  ///< Its path is http.path, with or without a secret.
    SecretSource secret = SecretSource::none;
};

/// Completes what was given: without a path it gets http.path, and where that path ends without a
/// secret, and none stands elsewhere, the first of auth.secrets. A path that is another one is
/// left as it is: what stands in it may be a secret. Error: `invalid_input`, which repeats no part.
[[nodiscard]] Result<TestUrl> make_test_url(std::string_view given,
                                            const config::Settings& settings);

}  // namespace verohook::doctor
