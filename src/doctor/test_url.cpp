#include "doctor/test_url.hpp"

#include "http/credentials.hpp"
#include "http/message.hpp"
#include "http/url.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace verohook::doctor {

namespace {

/// The secret that a URL brings along, wherever verohook would look for it.
std::optional<std::string> secret_in(const http::Url& url, std::string_view path,
                                     std::string_view known_path) {
    if (path.starts_with(known_path) && path.size() > known_path.size() &&
        path[known_path.size()] == '/') {
        const std::string_view segment = path.substr(known_path.size() + 1);
        return http::percent_decode(segment).value_or(std::string(segment));
    }
    const std::size_t question = url.target.find('?');
    if (question != std::string::npos) {
        const std::string_view query = std::string_view(url.target).substr(question + 1);
        if (auto token = http::query_value(query, "token")) {
            return token;
        }
    }
    if (!url.authorization.empty()) {
        return http::credential_of(url.authorization).value_or("");
    }
    return std::nullopt;
}

}  // namespace

Result<TestUrl> make_test_url(std::string_view given, const config::Settings& settings) {
    given = given.substr(0, given.find('#'));
    const auto parsed = http::parse_url(given);
    if (!parsed) {
        return parsed.error();
    }
    if (!parsed->socket_path.empty()) {
        return Error{ErrorCode::invalid_input,
                     "the URL must be the one that Vero posts to: http:// or https://"};
    }
    const std::string& known_path = settings.http.path;
    std::string path = parsed->target.substr(0, parsed->target.find('?'));
    TestUrl test;
    test.is_tls = parsed->is_tls;
    test.place = (parsed->is_tls ? "https://" : "http://") + parsed->authority;
    test.host = parsed->host;
    std::from_chars(parsed->port.data(), parsed->port.data() + parsed->port.size(), test.port);
    test.url = given;
    // What is added stands before the query.
    std::string query = test.url.substr(std::min(test.url.find('?'), test.url.size()));
    test.url.resize(test.url.size() - query.size());
    if (path == "/") {
        test.url += test.url.ends_with('/') ? known_path.substr(1) : known_path;
        path = known_path;
    }
    test.has_known_path = path == known_path || path.starts_with(known_path + "/");
    const auto secret = secret_in(*parsed, path, known_path);
    const auto& secrets = settings.auth.secrets;
    if (secret) {
        const bool is_known = std::find(secrets.begin(), secrets.end(), *secret) != secrets.end();
        test.secret = is_known          ? SecretSource::url
                      : secrets.empty() ? SecretSource::none
                                        : SecretSource::url_unknown;
    } else if (!secrets.empty() && path == known_path) {
        // A secret has no character that a URL would have to escape.
        test.url += "/" + secrets.front();
        test.secret = SecretSource::configuration;
    } else if (!secrets.empty()) {
        test.secret = SecretSource::url_unknown;
    }
    test.url += query;
    return test;
}

}  // namespace verohook::doctor
