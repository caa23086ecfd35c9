#include "doctor/answer.hpp"

#include "base/address.hpp"
#include "base/text.hpp"
#include "http/url.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <ctime>
#include <string_view>

namespace verohook::doctor {

namespace {

using Json = nlohmann::json;

std::string header_of(const http::ClientResponse& response, std::string_view name) {
    for (const auto& [each, value] : response.headers) {
        if (equals_ignoring_case(each, name)) {
            return value;
        }
    }
    return "";
}

std::string text_of(const Json& json, const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

/// Of verohook's errors (docs/http-api.md), which others do not have in a problem of theirs.
constexpr std::array<std::string_view, 11> known_codes{
    "bad_request", "malformed_json",       "unauthorized",   "forbidden",
    "not_found",   "method_not_allowed",   "body_too_large", "head_too_large",
    "timeout",     "unsupported_encoding", "unavailable"};

/// One answer, taken apart.
struct Answer {
    unsigned status = 0;
    Json body;          ///< An object, or null.
    std::string code;   ///< Of verohook's problem; empty: it is somebody else's.
    std::string words;  ///< Who seems to have answered.
    std::string to;     ///< Where a redirect leads, without its path, which may hold the secret.
};

/// Only a name that is one, since anything else may repeat what was sent.
std::string program_of(const http::ClientResponse& response) {
    const std::string server = header_of(response, "Server");
    const std::string name = server.substr(0, server.find_first_of("/ "));
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-.";
    return name.empty() || name.size() > 20 || name.find_first_not_of(letters) != std::string::npos
               ? "a server that does not say its name"
               : name;
}

Answer take_apart(const http::ClientResponse& response) {
    Answer answer;
    answer.status = response.status;
    answer.body = Json::parse(response.body, nullptr, false);
    if (!answer.body.is_object()) {
        answer.body = Json();
    }
    const std::string code = text_of(answer.body, "code");
    if (!header_of(response, "X-Request-Id").empty() &&
        header_of(response, "Content-Type").starts_with("application/problem+json") &&
        std::find(known_codes.begin(), known_codes.end(), code) != known_codes.end()) {
        answer.code = code;
    }
    answer.words = program_of(response);
    if (const auto target = http::parse_url(header_of(response, "Location"))) {
        answer.to = (target->is_tls ? "https://" : "http://") + target->authority;
    }
    return answer;
}

std::string numbered(const Answer& answer) {
    return std::to_string(answer.status);
}

/// What a refusal of verohook's own means.
void tell_refusal(Report& report, const Answer& answer, const AnswerContext& context) {
    const std::string said = "verohook answers " + numbered(answer) + ": ";
    const std::string secret_advice =
        context.secret == SecretSource::url_unknown
            ? "the URL's secret is none of auth.secrets: put it there, or give Vero the right URL"
            : "the daemon may still run with another configuration: `verohook reload`, and compare "
              "its "
              "auth.secrets and http.path (" +
                  context.path + ") with the URL";
    if (answer.status == 404) {
        return report.fail("answer", said + "there is nothing at this path, or its secret is wrong",
                           secret_advice);
    }
    if (answer.status == 401) {
        return report.fail("answer", said + "no valid secret came along",
                           context.secret == SecretSource::none
                               ? "put a secret into auth.secrets and into Vero's URL: without one "
                                 "only requests straight from this machine are taken"
                               : secret_advice);
    }
    if (answer.status == 403) {
        const auto client = IpAddress::parse(text_of(answer.body, "client"));
        return report.fail(
            "answer",
            said + "the sender's address, which it takes to be " +
                (client ? client->to_string() : "unknown") + ", is not in auth.allow",
            "if this is the proxy's address, put it into auth.trusted_proxies; if it is this "
            "machine's, only the doctor is refused, and it may be added to auth.allow");
    }
    if (answer.status == 503) {
        return report.fail("answer", said + "it cannot take events now",
                           "its log and the checks above say why (disk, limit of the journal, "
                           "too many connections, stopping)");
    }
    report.fail("answer", said + "it does not take this request (" + answer.code + ")",
                "something on the way changes the request; docs/http-api.md has what each answer "
                "means");
}

/// What the status of somebody else's answer means.
void tell_foreign(Report& report, const Answer& answer, const AnswerContext& context) {
    const std::string said =
        "the answer " + numbered(answer) + " is not verohook's, it is of " + answer.words;
    const std::string upstream =
        context.daemon_runs
            ? "let the proxy's upstream be what verohook listens at: " + context.listen +
                  "; and look into the proxy's error log"
            : "verohook does not run (see above); start it first";
    const std::string location = "let the proxy pass " + context.path +
                                 " on to verohook, as config/nginx.conf does; the host's name may "
                                 "also lead to another server";
    switch (answer.status) {
        case 401:
            return report.fail("answer", said + ": it asks for a password of its own",
                               "take the password off that path; verohook's secret is enough");
        case 403:
            return report.fail("answer", said + ": it lets nobody through",
                               "look for deny rules or a firewall of web requests before verohook");
        case 404:
            return report.fail("answer", said + ": it knows no such path", location);
        case 413:
            return report.fail("answer", said + ": it takes no body of 80 bytes",
                               "raise its limit, such as client_max_body_size of nginx");
        case 429:
            return report.fail("answer", said + ": it limits the rate",
                               "raise the limit: Vero sends bursts, and may not try again");
        case 502:
            return report.fail("answer", said + ": it does not reach verohook", upstream);
        case 503:
            return report.fail("answer", said + ": it has no server to ask, or limits the rate",
                               upstream);
        case 504:
            return report.fail("answer", said + ": it gets no answer of verohook in time",
                               upstream);
        default:
            return report.fail("answer", said + ": a default page, or another program", location);
    }
}

}  // namespace

std::optional<Stored> judge_answer(Report& report, const http::ClientResponse& response,
                                   const AnswerContext& context) {
    const Answer answer = take_apart(response);
    if (!answer.code.empty()) {
        tell_refusal(report, answer, context);
        return std::nullopt;
    }
    if (answer.status / 100 == 3) {
        report.fail("answer",
                    "the answer " + numbered(answer) + " leads to " +
                        (answer.to.empty() ? "another path" : answer.to) +
                        "; Vero may not follow, or follow without the event",
                    "give Vero the URL that needs no redirect, with https:// where this one has "
                    "http://");
        return std::nullopt;
    }
    const auto seq = answer.body.find("seq");
    const std::string id = text_of(answer.body, "id");
    if (answer.status != 200 || seq == answer.body.end() || !seq->is_number_unsigned() ||
        *seq == 0U || id.size() != 32 ||
        id.find_first_not_of("0123456789abcdef") != std::string::npos) {
        tell_foreign(report, answer, context);
        return std::nullopt;
    }
    if (text_of(answer.body, "status") != "test") {
        report.fail("answer",
                    "verohook has taken the test event for an event of Vero's, as number " +
                        std::to_string(seq->get<journal::Seq>()),
                    "something on the way changes bodies, or that verohook is older than this one; "
                    "it has the event now, of the type verohook_test");
        return std::nullopt;
    }
    report.ok("answer", "verohook has stored the test event as number " +
                            std::to_string(seq->get<journal::Seq>()));
    return Stored{seq->get<journal::Seq>(), id};
}

std::optional<Timestamp> date_of(const http::ClientResponse& response) {
    const std::string text = header_of(response, "Date");
    std::tm parts{};
    const char* const end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    if (end == nullptr || *end != '\0') {
        return std::nullopt;
    }
    return Timestamp{std::chrono::seconds{::timegm(&parts)}};
}

}  // namespace verohook::doctor
