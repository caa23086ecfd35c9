#include "admin/endpoint.hpp"

#include <utility>

namespace verohook::admin {

namespace {

void respond(http::Exchange& exchange, http::Response response) {
    response.headers.emplace_back("Cache-Control", "no-store");
    exchange.respond(std::move(response));
}

}  // namespace

std::optional<http::Response> Endpoint::on_head(const http::RequestHead& head) {
    const bool looks = head.method == "GET" || head.method == "HEAD";
    const bool is_page =
        head.path == "/healthz" || head.path == "/readyz" || head.path == "/status";
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
    return http::problem(404, "not_found", "There are /healthz, /readyz and /status here.");
}

void Endpoint::on_request(http::Exchange& exchange) {
    if (exchange.head().path == "/healthz") {
        http::Response response;
        response.body = R"({"status":"alive"})";
        respond(exchange, std::move(response));
        return;
    }
    if (exchange.head().path == "/readyz") {
        respond(exchange, health_.readiness());
        return;
    }
    const bool posted = thread_.post([this, &exchange] {
        const http::RequestHead& head = exchange.head();
        respond(exchange, desk_.answer(head.method, head.path, exchange.body()));
    });
    if (!posted) {
        respond(exchange, http::problem(503, "unavailable", "The program is stopping."));
    }
}

}  // namespace verohook::admin
