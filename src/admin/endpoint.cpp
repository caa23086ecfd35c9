#include "admin/endpoint.hpp"

#include "admin/answers.hpp"
#include "base/log.hpp"
#include "http/credentials.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace verohook::admin {

namespace {

void respond(http::Exchange& exchange, http::Response response) {
    response.headers.emplace_back("Cache-Control", "no-store");
    exchange.respond(std::move(response));
}

constexpr std::array<std::string_view, 4> pages{"/healthz", "/readyz", "/status", "/metrics"};

http::Response unauthorized() {
    http::Response response = http::problem(401, "unauthorized", "The request carries no token.");
    response.headers.emplace_back("WWW-Authenticate", "Bearer, Basic realm=\"verohook\"");
    return response;
}

}  // namespace

void Endpoint::set_tokens(std::vector<std::string> tokens) {
    const std::lock_guard lock(mutex_);
    tokens_ = std::move(tokens);
}

bool Endpoint::may_look(const http::RequestHead& head) const {
    const std::lock_guard lock(mutex_);
    if (tokens_.empty() || head.path == "/healthz") {
        return true;
    }
    const auto authorization = head.header("Authorization");
    const auto token = authorization ? http::credential_of(*authorization) : std::nullopt;
    return token && http::is_any_of(tokens_, *token);
}

std::optional<http::Response> Endpoint::on_head(const http::RequestHead& head) {
    if (!may_look(head)) {
        log::warn_of("admin_token", "refused a request to the admin port from " +
                                        head.peer.address.to_string() +
                                        ", without a token of admin.tokens");
        return unauthorized();
    }
    const bool looks = head.method == "GET" || head.method == "HEAD";
    const bool is_page = std::find(pages.begin(), pages.end(), head.path) != pages.end();
    if (is_page && !looks) {
        http::Response response = http::problem(405, "method_not_allowed", "Use GET.");
        response.headers.emplace_back("Allow", "GET, HEAD");
        return response;
    }
    if (is_page || access_ == Access::change) {
        return std::nullopt;
    }
    if (!looks) {
        return http::problem(403, "forbidden",
                             "Changes are taken at the control socket, admin.sock in the state "
                             "folder, alone.");
    }
    return http::problem(404, "not_found",
                         "There are /healthz, /readyz, /status and /metrics here.");
}

void Endpoint::on_request(http::Exchange& exchange) {
    if (exchange.head().path == "/healthz") {
        http::Response response;
        response.body = R"({"status":"alive"})";
        respond(exchange, std::move(response));
        return;
    }
    if (exchange.head().path == "/readyz") {
        respond(exchange, parts_.health.readiness());
        return;
    }
    if (exchange.head().path == "/reload" && exchange.head().method == "POST") {
        parts_.reloader.reload([&exchange](const Result<ReloadReport>& outcome) {
            respond(exchange, outcome ? success(to_json(*outcome)) : refusal(outcome.error()));
        });
        return;
    }
    const bool posted =
        parts_.thread.post([this, &exchange] { respond(exchange, work(exchange)); });
    if (!posted) {
        respond(exchange, http::problem(503, "unavailable", "The program is stopping."));
    }
}

http::Response Endpoint::work(http::Exchange& exchange) const {
    const http::RequestHead& head = exchange.head();
    const log::RequestScope scope(head.request_id);
    if (head.path == "/metrics") {
        return parts_.metrics.answer(head.joined("Accept"));
    }
    return parts_.desk.answer(head.method, head.path, exchange.body());
}

}  // namespace verohook::admin
