#include "doctor/way.hpp"

#include "base/listen_address.hpp"
#include "base/text.hpp"
#include "event/test_event.hpp"
#include "http/client.hpp"
#include "http/way.hpp"

#include <algorithm>

namespace verohook::doctor {

namespace {

using http::Way;
using std::chrono::seconds;

/// What an answer's `Date`, which is cut to seconds, and the way may make of a right clock.
constexpr seconds clock_tolerance{5};
/// Who renews certificates by a program has done so by then.
constexpr std::chrono::hours renewal_margin{24 * 14};

/// Whether verohook listens at the URL's port, though only for this machine.
bool is_bound_to_loopback(const TestUrl& url, const WaySettings& settings) {
    return std::any_of(settings.listen.begin(), settings.listen.end(), [&](const auto& text) {
        const auto listen = parse_listen_address(text);
        return listen && !listen->is_unix() && listen->is_local_only() && listen->port == url.port;
    });
}

std::string connect_advice(const TestUrl& url, const WaySettings& settings, const Way& way) {
    const bool is_remote =
        std::any_of(way.addresses.begin(), way.addresses.end(), [](const std::string& address) {
            const auto parsed = IpAddress::parse(address);
            return parsed && !parsed->is_loopback();
        });
    if (is_remote && is_bound_to_loopback(url, settings)) {
        return "http.listen is a loopback address, which only this machine reaches: put a proxy "
               "before it (config/nginx.conf), or listen at an address that others reach";
    }
    return "see that the proxy runs and listens at port " + std::to_string(url.port) +
           ", and that no firewall is in between";
}

void tell_distrust(Report& report, const TestUrl& url, const Way& way) {
    const auto& certificate = way.certificate;
    const std::string whose = "the certificate of " + url.place;
    switch (way.distrust) {
        case Way::Distrust::wrong_name:
            return report.fail(
                "tls",
                whose + " is for " +
                    (certificate && !certificate->names.empty() ? join(certificate->names)
                                                                : "no name") +
                    " and not for " + url.host,
                "let the proxy show the certificate of that name (server_name, "
                "ssl_certificate), or have one made for it");
        case Way::Distrust::ended:
            return report.fail(
                "tls",
                whose + " has ended" +
                    (certificate ? " at " + format_seconds(certificate->ends_at) : ""),
                "renew it and reload the proxy; if it was renewed, the proxy still "
                "shows the old one");
        case Way::Distrust::not_begun:
            return report.fail("tls",
                               whose + " is not valid before " +
                                   (certificate ? format_seconds(certificate->begins_at) : "later"),
                               "see that the clock of this machine is right");
        case Way::Distrust::unknown_issuer:
            return report.fail(
                "tls",
                whose + " is of somebody whom nobody here vouches for" +
                    (certificate && !certificate->issuer.empty() ? " (" + certificate->issuer + ")"
                                                                 : ""),
                "let the proxy send the whole chain (fullchain.pem); for an authority of your own "
                "give --ca FILE, and mind that Vero knows none of these");
        case Way::Distrust::none:
        case Way::Distrust::other:
            break;
    }
    report.fail("tls", whose + " is not to be believed: " + way.distrust_words,
                "`openssl s_client -connect HOST:PORT` shows it with its chain");
}

/// Everything before the answer.
void tell_way(Report& report, const TestUrl& url, const WaySettings& settings, const Way& way,
              const std::optional<Error>& failure) {
    const std::string why = failure ? failure->message : "";
    if (way.link == Way::Link::look_up) {
        return report.fail("name", why,
                           "see that the name is right and has a record of type A or AAAA; "
                           "`getent hosts " +
                               url.host + "` asks for it");
    }
    report.ok("name", IpAddress::parse(url.host) ? url.host + " is an address already"
                                                 : url.host + " is " + join(way.addresses));
    if (way.link == Way::Link::connect) {
        return report.fail("connect", why, connect_advice(url, settings, way));
    }
    report.ok("connect", "port " + std::to_string(url.port) + " takes connections");
    if (way.link == Way::Link::tls) {
        if (way.distrust != Way::Distrust::none) {
            return tell_distrust(report, url, way);
        }
        return report.fail("tls", why,
                           "see that this port of the proxy speaks TLS (listen … ssl), of version "
                           "1.2 or 1.3");
    }
    if (!url.is_tls) {
        return;
    }
    if (!way.certificate || way.certificate->ends_at - system_clock().now() > renewal_margin) {
        return report.ok(
            "tls", "the certificate is right" +
                       (way.certificate ? ", until " + format_seconds(way.certificate->ends_at)
                                        : std::string()));
    }
    report.warn("tls", "the certificate ends at " + format_seconds(way.certificate->ends_at),
                "see that it is renewed in time");
}

void tell_clock(Report& report, const TestUrl& url, const http::ClientResponse& response,
                Timestamp asked_at, Timestamp answered_at) {
    const auto date = date_of(response);
    if (!date) {
        return;
    }
    // The answer was given between the two moments, in which no clock is wrong.
    const auto ahead = std::chrono::duration_cast<seconds>(asked_at - *date);
    const auto behind = std::chrono::duration_cast<seconds>(*date - answered_at);
    if (ahead <= clock_tolerance && behind <= clock_tolerance) {
        return report.ok("clock of the answer", "it agrees with this machine's");
    }
    const bool is_ahead = ahead > clock_tolerance;
    report.warn("clock of the answer",
                "the clock of this machine is " +
                    std::to_string((is_ahead ? ahead : behind).count()) + " seconds " +
                    (is_ahead ? "ahead of" : "behind") + " that of " + url.place,
                "have both follow a time service (timedatectl): times of arrival, silence and "
                "certificates depend on it");
}

void tell_url(Report& report, const TestUrl& url, const AnswerContext& context) {
    const auto host = IpAddress::parse(url.host);
    const bool is_local = url.host == "localhost" || (host && host->is_loopback());
    if (!url.has_known_path) {
        return report.warn("url", "its path is not http.path, " + context.path,
                           "that is right only where the proxy turns one into the other");
    }
    if (!url.is_tls && !is_local) {
        return report.warn("url",
                           url.place +
                               " is not encrypted: whoever is on the way reads the "
                               "secret and the customers' data",
                           "let the proxy speak TLS, and give Vero a URL with https://");
    }
    const std::string whose = url.secret == SecretSource::configuration
                                  ? " with a secret of auth.secrets, which it did not have"
                              : url.secret == SecretSource::url ? " with one of auth.secrets"
                              : url.secret == SecretSource::none
                                  ? " without a secret, as none is configured"
                                  : " with a secret that is none of auth.secrets";
    report.ok("url", url.place + context.path + whose);
}

}  // namespace

std::optional<Stored> walk(Report& report, const TestUrl& url, const std::string& probe,
                           const AnswerContext& context, const WaySettings& settings) {
    tell_url(report, url, context);
    Way way;
    http::ClientSettings client_settings;
    client_settings.timeout = settings.timeout;
    client_settings.connect_timeout = settings.timeout;
    client_settings.ca_file = settings.ca_file;
    client_settings.response_bytes_max = std::size_t{64} * 1024;
    client_settings.status_suffices = true;
    client_settings.way = &way;
    const auto client = http::Client::make(url.url, client_settings);
    if (!client) {
        report.fail("tls", client.error().message, "give --ca a file of certificates, in PEM");
        return std::nullopt;
    }
    const http::ClientRequest request{
        .headers = {{"Content-Type", "application/json"}, {"X-Request-Id", "doctor-" + probe}},
        .body = event::test_event_body(probe)};
    const Timestamp asked_at = system_clock().now();
    const auto response = (*client)->exchange(request);
    const Timestamp answered_at = system_clock().now();
    tell_way(report, url, settings, way, response ? std::nullopt : std::optional(response.error()));
    if (!response) {
        if (way.link == Way::Link::exchange) {
            report.fail("answer", response.error().message,
                        "whoever listens there takes the connection and gives no answer: see that "
                        "it is the proxy, and that http:// or https:// is right");
        }
        return std::nullopt;
    }
    tell_clock(report, url, *response, asked_at, answered_at);
    return judge_answer(report, *response, context);
}

}  // namespace verohook::doctor
