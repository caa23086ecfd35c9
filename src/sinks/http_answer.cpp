#include "sinks/http_answer.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <string>

namespace verohook::sinks {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Of an answer's body, for people.
constexpr std::size_t shown_bytes_max = 200;
/// Whatever is longer means "not today"; it bounds the arithmetic.
constexpr seconds wait_max = std::chrono::hours(24) * 365;

std::string_view header(const http::ClientResponse& answer, std::string_view name) {
    const auto found =
        std::find_if(answer.headers.begin(), answer.headers.end(),
                     [&](const auto& each) { return equals_ignoring_case(each.first, name); });
    return found == answer.headers.end() ? std::string_view() : trim(found->second);
}

enum class Class { success, redirect, for_now, refusal };

Class classify(unsigned status) {
    constexpr std::array<unsigned, 3> for_now{408, 425, 429};
    constexpr unsigned hundred = 100;
    switch (status / hundred) {
        case 2:
            return Class::success;
        case 3:
            return Class::redirect;
        case 4:
            return std::find(for_now.begin(), for_now.end(), status) == for_now.end()
                       ? Class::refusal
                       : Class::for_now;
        default:
            return Class::for_now;
    }
}

/// Where a redirect leads, without what may be a secret: user, query, and the path of our own URL,
/// which often is one.
std::string shown_location(std::string_view location, std::string_view own_path) {
    std::string shown(location.substr(0, location.find_first_of("?#")));
    const std::size_t scheme_end = shown.find("//");
    if (scheme_end != std::string::npos) {
        const std::size_t host = scheme_end + 2;
        const std::size_t at = shown.substr(0, shown.find('/', host)).rfind('@');
        if (at != std::string::npos && at >= host) {
            shown.erase(host, at + 1 - host);
        }
    }
    const std::size_t own = own_path.size() > 1 ? shown.find(own_path) : std::string::npos;
    if (own != std::string::npos) {
        shown.replace(own, own_path.size(), "/(the same path)");
    }
    return one_line(shown, shown_bytes_max);
}

std::string describe(const http::ClientTarget& target, const http::ClientResponse& answer) {
    std::string reason = target.place + " answers " + std::to_string(answer.status);
    const std::string_view body = trim(answer.body);
    if (!body.empty()) {
        reason += ": " + one_line(body, shown_bytes_max);
    }
    return reason;
}

std::string describe_redirect(const http::ClientTarget& target,
                              const http::ClientResponse& answer) {
    const std::string_view location = header(answer, "location");
    return target.place + " answers " + std::to_string(answer.status) +
           (location.empty() ? ", a redirect to nowhere"
                             : ", a redirect to " + shown_location(location, target.path)) +
           "; redirects are not followed: correct the url";
}

}  // namespace

std::optional<milliseconds> parse_retry_after(std::string_view value, Timestamp now) {
    const bool is_number =
        !value.empty() && std::all_of(value.begin(), value.end(), [](char character) {
            return character >= '0' && character <= '9';
        });
    if (is_number) {
        seconds::rep count = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), count);
        return error == std::errc{} ? std::min(seconds{count}, wait_max) : wait_max;
    }
    // IMF-fixdate, and the obsolete ones of RFC 850 and asctime.
    for (const char* const form :
         {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"}) {
        std::tm fields{};
        const std::string text(value);
        const char* const end = ::strptime(text.c_str(), form, &fields);
        if (end == nullptr || *end != '\0') {
            continue;
        }
        const seconds at{::timegm(&fields)};
        const auto wait = std::chrono::ceil<seconds>(at - now.time_since_epoch());
        return std::clamp(wait, seconds{0}, wait_max);
    }
    return std::nullopt;
}

sink::Outcome judge_answer(const http::ClientTarget& target, const http::ClientResponse& answer,
                           std::size_t count, Timestamp now) {
    sink::Outcome outcome;
    switch (classify(answer.status)) {
        case Class::success:
            return sink::Outcome::all(count);
        case Class::refusal:
            return sink::Outcome::reject(0, describe(target, answer));
        case Class::redirect:
            outcome = sink::Outcome::retry(0, describe_redirect(target, answer));
            break;
        case Class::for_now:
            outcome = sink::Outcome::retry(0, describe(target, answer));
            break;
    }
    outcome.retry_after = parse_retry_after(header(answer, "retry-after"), now);
    return outcome;
}

}  // namespace verohook::sinks
