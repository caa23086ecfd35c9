#include "http/url.hpp"

#include "base/hmac.hpp"
#include "http/framing.hpp"
#include "http/message.hpp"

#include <algorithm>
#include <optional>

namespace verohook::http {

namespace {

Error no_url(std::string_view reason) {
    return {ErrorCode::invalid_input,
            "this is no URL to send to: " + std::string(reason) +
                " (http://host:port/path, https://… or http+unix:///path/to.sock:/path)"};
}

bool is_visible(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char byte) { return byte > ' ' && byte < 0x7F; });
}

Result<Url> parse_unix(std::string_view rest) {
    const std::size_t colon = rest.find(":/");
    Url url;
    url.socket_path = rest.substr(0, colon);
    url.target = colon == std::string_view::npos ? "/" : rest.substr(colon + 1);
    url.authority = "localhost";
    if (!url.socket_path.starts_with('/')) {
        return no_url("the path of the unix socket is not absolute");
    }
    return url;
}

std::optional<Error> split_authority(std::string_view authority, Url& url) {
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
        const auto decoded = percent_decode(authority.substr(0, at));
        if (!decoded) {
            return no_url("the user or password has a broken percent-escape");
        }
        url.authorization =
            "Basic " +
            encode_base64(decoded->find(':') == std::string::npos ? *decoded + ":" : *decoded);
        authority = authority.substr(at + 1);
    }
    if (!is_host(authority)) {
        return no_url("it names no host");
    }
    url.authority = authority;
    const std::size_t bracket = authority.find(']');
    const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    url.host = authority.substr(0, colon);
    if (bracket != std::string_view::npos) {
        url.host = url.host.substr(1, bracket - 1);
    }
    url.port = colon == std::string_view::npos ? "" : authority.substr(colon + 1);
    if (url.port.empty()) {
        url.port = url.is_tls ? "443" : "80";
    }
    return std::nullopt;
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
    text = text.substr(0, text.find('#'));
    if (!is_visible(text)) {
        return no_url("it has a character that must be percent-encoded");
    }
    const std::size_t scheme_end = text.find("://");
    const std::string_view scheme = text.substr(0, scheme_end);
    const std::string_view rest =
        scheme_end == std::string_view::npos ? "" : text.substr(scheme_end + 3);
    if (scheme == "http+unix") {
        return parse_unix(rest);
    }
    if ((scheme != "http" && scheme != "https") || rest.empty()) {
        return no_url("it begins with neither http:// nor https://");
    }
    Url url;
    url.is_tls = scheme == "https";
    const std::size_t authority_end = std::min(rest.find_first_of("/?"), rest.size());
    if (auto error = split_authority(rest.substr(0, authority_end), url)) {
        return *error;
    }
    url.target = rest.substr(authority_end);
    if (!url.target.starts_with('/')) {
        url.target.insert(0, 1, '/');
    }
    return url;
}

}  // namespace verohook::http
