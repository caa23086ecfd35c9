#include "admin/inspector/inspector.hpp"

#include "admin/answers.hpp"
#include "admin/inspector/assets.hpp"
#include "admin/inspector/detail.hpp"
#include "admin/inspector/redact_addresses.hpp"
#include "admin/inspector/send_samples.hpp"
#include "admin/json.hpp"
#include "admin/sink_json.hpp"
#include "admin/status.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "base/thread.hpp"
#include "delivery/replay.hpp"

#include <algorithm>
#include <utility>

namespace verohook::admin {

namespace {

constexpr std::string_view api = "/api/";
constexpr std::string_view events_path = "/api/events/";
constexpr std::string_view samples_path = "/api/samples";
constexpr std::string_view deliver_path = "/deliver";
constexpr std::size_t events_shown = 50;
constexpr std::size_t events_shown_max = 500;
/// Nothing that the page sends is larger.
constexpr std::size_t change_bytes_max = 4096;
constexpr std::chrono::minutes rates_hour_step{1};
constexpr std::chrono::hours rates_week_step{1};

/// No script but the page's own, and nothing from elsewhere; nobody may show it inside his page.
constexpr std::string_view content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

http::Response nothing_here() {
    return http::problem(404, "not_found", "There is nothing here.");
}

http::Response no_content() {
    http::Response response;
    response.status = 204;
    return response;
}

http::Response not_allowed(std::string_view allowed) {
    http::Response response =
        http::problem(405, "method_not_allowed", "This path takes another method.");
    response.headers.emplace_back("Allow", allowed);
    return response;
}

bool is_page(std::string_view path) {
    return path == "/" || path.starts_with("/web/");
}

/// A change, for which a page of somebody else's must not be able to stand in.
bool is_change(const http::RequestHead& head) {
    return head.method != "GET" && head.method != "HEAD";
}

}  // namespace

Inspector::Inspector(Parts parts, InspectorSettings settings, http::Handler& rest)
    : parts_(std::move(parts)),
      rest_(rest),
      sessions_(std::move(settings.tokens)),
      enabled_(settings.enabled),
      redacted_(settings.redacted),
      hour_(rates_hour_step, 60),
      week_(rates_week_step, 7UL * 24),
      stream_(parts_.journal) {}

bool Inspector::owns(std::string_view path) const {
    return enabled_ && (is_page(path) || path.starts_with(api));
}

void Inspector::set_webhook(WebhookPlace place) {
    const std::lock_guard lock(mutex_);
    webhook_ = std::move(place);
}

WebhookPlace Inspector::webhook() const {
    const std::lock_guard lock(mutex_);
    return webhook_;
}

void Inspector::change(InspectorSettings settings) {
    sessions_.set_tokens(std::move(settings.tokens));
    enabled_ = settings.enabled;
    redacted_ = settings.redacted;
}

void Inspector::start() {
    stream_.start();
    lag_thread_ = std::jthread([this](const std::stop_token& stop) { watch_lag(stop); });
}

void Inspector::stop() {
    lag_thread_.request_stop();
    if (lag_thread_.joinable()) {
        lag_thread_.join();
    }
    stream_.stop();
    thread_.stop();
    slow_.stop();
}

void Inspector::watch_lag(const std::stop_token& stop) {
    set_up_thread("lag", Urgency::background);
    while (!stop.stop_requested()) {
        if (const delivery::Delivery* const delivery = delivery_) {
            lags_.add(parts_.journal, *delivery, parts_.clock.now());
        }
        std::unique_lock lock(mutex_);
        stopping_.wait_for(lock, stop, LagHistory::step, [] { return false; });
    }
}

void Inspector::post(WorkThread& thread, http::Exchange& exchange,
                     std::function<http::Response()> work) {
    const bool posted = thread.post([this, &exchange, work = std::move(work)] {
        const log::RequestScope scope(exchange.head().request_id);
        respond(exchange, work());
    });
    if (!posted) {
        respond(exchange, http::problem(503, "unavailable", "The program is stopping."));
    }
}

std::optional<http::Response> Inspector::on_head(const http::RequestHead& head) {
    if (!owns(head.path)) {
        return rest_.on_head(head);
    }
    const bool logs_in = head.path == "/api/login";
    // The page itself holds nothing, and says what is wrong.
    const Sessions::Verdict verdict =
        is_page(head.path) ? Sessions::Verdict::passed : sessions_.check(head);
    if (verdict == Sessions::Verdict::wrong_host) {
        return http::problem(403, "wrong_host",
                             "Without a token the inspector is opened as localhost or by "
                             "address alone.");
    }
    if (verdict == Sessions::Verdict::login && !logs_in) {
        return http::problem(401, "unauthorized", "Log in with a token of admin.tokens.");
    }
    if (!is_change(head)) {
        return std::nullopt;
    }
    if (head.method != "POST" || is_page(head.path)) {
        return not_allowed(is_page(head.path) ? "GET, HEAD" : "GET, HEAD, POST");
    }
    if (!logs_in && !sessions_.has_csrf_token(head)) {
        return http::problem(403, "csrf", "A change needs the X-CSRF-Token of /api/session.");
    }
    return std::nullopt;
}

void Inspector::respond(http::Exchange& exchange, http::Response response) const {
    auto& headers = response.headers;
    if (!is_page(exchange.head().path)) {
        headers.emplace_back("Cache-Control", "no-store");
        if (redacted_) {
            response.body = redact_addresses(response.body);
        }
    }
    headers.emplace_back("Content-Security-Policy", content_policy);
    headers.emplace_back("X-Content-Type-Options", "nosniff");
    headers.emplace_back("Referrer-Policy", "no-referrer");
    headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
    exchange.respond(std::move(response));
}

void Inspector::on_request(http::Exchange& exchange) {
    const http::RequestHead& head = exchange.head();
    if (!owns(head.path)) {
        rest_.on_request(exchange);
        return;
    }
    if (is_page(head.path)) {
        respond(exchange, find_page(head).value_or(nothing_here()));
        return;
    }
    if (head.path == "/api/stream" && !is_change(head)) {
        stream(exchange);
        return;
    }
    if (is_change(head)) {
        post(head.path == samples_path ? slow_ : thread_, exchange,
             [this, &exchange] { return change(exchange); });
    } else if (head.path == "/api/campaigns" || head.path == "/api/customers") {
        post(slow_, exchange, [this, &head] { return read_tables(head); });
    } else {
        post(thread_, exchange, [this, &head] { return look(head); });
    }
}

void Inspector::stream(http::Exchange& exchange) {
    const http::RequestHead& head = exchange.head();
    auto filter = parse_filter(head.query);
    const auto asked = query_number(head.query, "after");
    if (!filter || !asked) {
        respond(exchange, refusal(filter ? asked.error() : filter.error()));
        return;
    }
    const auto last = parse_number(head.header("Last-Event-ID").value_or(""));
    const journal::Seq after = last ? *last : asked->value_or(parts_.journal.newest());
    if (!stream_.wait(exchange, after, *std::move(filter), redacted_)) {
        respond(exchange, http::problem(503, "unavailable", "Too many pages are looking."));
    }
}

http::Response Inspector::look(const http::RequestHead& head) {
    const std::string_view path = head.path;
    if (path == "/api/session") {
        return session(head);
    }
    if (path == "/api/overview") {
        return overview();
    }
    if (path == "/api/events") {
        return events(head.query);
    }
    if (path == "/api/rates") {
        return rates(head.query);
    }
    if (path == "/api/lag") {
        return success(lags_.to_json());
    }
    return path.starts_with(events_path) ? event(path.substr(events_path.size())) : nothing_here();
}

http::Response Inspector::change(http::Exchange& exchange) {
    const std::string_view path = exchange.head().path;
    const std::string& body = exchange.body();
    if (body.size() > change_bytes_max) {
        return http::problem(413, "body_too_large", "Nothing that is asked for here is so large.");
    }
    if (path == "/api/login") {
        return log_in(body);
    }
    if (path == "/api/logout") {
        http::Response response = no_content();
        response.headers.emplace_back("Set-Cookie", sessions_.close(exchange.head()));
        return response;
    }
    if (path == samples_path) {
        return samples();
    }
    if (path.starts_with(events_path) && path.ends_with(deliver_path)) {
        const std::string_view rest = path.substr(events_path.size());
        return deliver(rest.substr(0, rest.size() - deliver_path.size()), body);
    }
    return nothing_here();
}

http::Response Inspector::session(const http::RequestHead& head) const {
    return success(dump({{"version", parts_.version},
                         {"csrf", sessions_.csrf_token(head)},
                         {"redacted", redacted_.load()}}));
}

http::Response Inspector::log_in(std::string_view body) {
    auto cookie = sessions_.open(text_of(parse_object(body), "token"));
    if (!cookie) {
        log::warn_of("admin_token", "refused a log-in to the inspector with a wrong token");
        return http::problem(401, "unauthorized", "This is none of admin.tokens.");
    }
    http::Response response = no_content();
    response.headers.emplace_back("Set-Cookie", *std::move(cookie));
    return response;
}

http::Response Inspector::overview() const {
    Json problems = Json::array();
    for (const Health::Check& check : parts_.health.checks()) {
        if (!check.problem.empty()) {
            problems.push_back(check.problem);
        }
    }
    const delivery::Delivery* const delivery = delivery_;
    const Status status =
        collect_readable(parts_.journal, delivery, parts_.known.all(), parts_.clock.now());
    Json sinks = Json::array();
    for (const SinkReport& sink : status.sinks) {
        sinks.push_back(sink_json(sink));
    }
    const journal::Health& journal = status.journal.health;
    const WebhookPlace place = webhook();
    return success(
        dump({{"ready", parts_.health.ready()},
              {"problems", std::move(problems)},
              {"webhook", {{"urls", place.urls}, {"needs_secret", !place.secret.empty()}}},
              {"journal",
               {{"oldest", journal.oldest},
                {"newest", journal.newest},
                {"events", journal.events()},
                {"bytes", journal.used_bytes}}},
              {"sinks", std::move(sinks)}}));
}

http::Response Inspector::events(std::string_view query) const {
    const auto filter = parse_filter(query);
    const auto before = query_number(query, "before");
    const auto limit = query_number(query, "limit");
    if (!filter || !before || !limit) {
        return refusal(!filter ? filter.error() : !before ? before.error() : limit.error());
    }
    const std::size_t wanted =
        std::clamp<std::size_t>(limit->value_or(events_shown), 1, events_shown_max);
    const auto page = search(parts_.journal, *filter, *before, wanted);
    if (!page) {
        return refusal(page.error());
    }
    Json list = Json::array();
    for (const View& view : page->events) {
        list.push_back(summary_json(view));
    }
    const journal::Health health = parts_.journal.health();
    return success(dump({{"events", std::move(list)},
                         {"next", page->next ? Json(*page->next) : Json()},
                         {"oldest", health.oldest},
                         {"newest", health.newest}}));
}

http::Response Inspector::event(std::string_view number) const {
    const auto seq = parse_number(number);
    if (!seq) {
        return nothing_here();
    }
    const WebhookPlace place = webhook();
    const std::string url =
        (place.urls.empty() ? "" : place.urls.front()) + (place.secret.empty() ? "" : "/SECRET");
    const auto detail = detail_json(parts_.journal, delivery_, *seq, url);
    return detail ? success(*detail) : refusal(detail.error());
}

http::Response Inspector::rates(std::string_view query) {
    const auto span = http::query_value(query, "span");
    if (span != "hour" && span != "week") {
        return http::problem(400, "bad_request", "span is hour or week.");
    }
    const auto counted = (span == "hour" ? hour_ : week_).look(parts_.journal, parts_.clock.now());
    return counted ? success(*counted) : refusal(counted.error());
}

http::Response Inspector::read_tables(const http::RequestHead& head) const {
    const auto reader = parts_.open_tables();
    if (!reader) {
        return reader.error().code == ErrorCode::not_found
                   ? http::problem(404, "no_tables", reader.error().message)
                   : refusal(reader.error());
    }
    const auto answer = head.path == "/api/campaigns"
                            ? campaigns_json(**reader)
                            : customers_json(**reader, query_text(head.query, "who"));
    return answer ? success(*answer) : refusal(answer.error());
}

http::Response Inspector::samples() const {
    const WebhookPlace place = webhook();
    if (place.urls.empty()) {
        return http::problem(503, "unavailable", "The webhook's port is not open.");
    }
    const auto sent = send_samples(
        place.urls.front() + (place.secret.empty() ? "" : "/" + place.secret), parts_.clock.now());
    return sent ? success(*sent) : refusal(sent.error());
}

http::Response Inspector::deliver(std::string_view number, std::string_view body) {
    const auto seq = parse_number(number);
    const std::string sink = text_of(parse_object(body), "sink");
    delivery::Delivery* const delivery = delivery_;
    if (!seq || sink.empty() || delivery == nullptr) {
        return http::problem(400, "bad_request", "Name the event in the path and a sink.");
    }
    const auto submitted =
        delivery->submit(sink, delivery::make_replay({.from = *seq, .to = *seq}, {}));
    if (!submitted) {
        return refusal(submitted.error());
    }
    log::info("sink '" + sink + "': event " + std::to_string(*seq) +
              " is delivered again, as the inspector was asked to");
    return success(to_json(*submitted), 202);
}

}  // namespace verohook::admin
