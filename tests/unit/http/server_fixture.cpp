#include "unit/http/server_fixture.hpp"

#include <stdexcept>
#include <utility>

namespace verohook::http {

namespace {

Response length_of(const std::string& body) {
    return Response{.status = 200, .body = std::to_string(body.size())};
}

}  // namespace

std::optional<Response> TestHandler::on_head(const RequestHead& head) {
    if (head.path == "/early") {
        return problem(401, "unauthorized", "the head is enough to say no");
    }
    if (head.path == "/hook" || head.path == "/later" || head.path == "/big") {
        return std::nullopt;
    }
    return problem(404, "not_found", "there is nothing");
}

void TestHandler::on_request(Exchange& exchange) {
    const std::string path = exchange.head().path;
    {
        const std::lock_guard lock(mutex_);
        seen_.push_back({exchange.head(), exchange.body(), std::this_thread::get_id()});
        if (path == "/later") {
            kept_.push_back(&exchange);
            changed_.notify_all();
            return;
        }
    }
    if (path == "/big") {
        exchange.respond(Response{.status = 200, .body = std::string(big_bytes, 'x')});
        return;
    }
    exchange.respond(length_of(exchange.body()));
}

std::vector<SeenRequest> TestHandler::seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
}

void TestHandler::wait_for_kept(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return kept_.size() >= count; });
}

void TestHandler::release() {
    std::vector<Exchange*> kept;
    {
        const std::lock_guard lock(mutex_);
        kept.swap(kept_);
    }
    for (Exchange* const exchange : kept) {
        exchange->respond(length_of(exchange->body()));
    }
}

TestServer::TestServer(HttpLimits limits, unsigned threads, std::vector<std::string> listen,
                       std::optional<std::vector<Cidr>> proxies) {
    ServerSettings settings;
    settings.listen = std::move(listen);
    settings.threads = threads;
    settings.limits = limits;
    settings.proxies = std::move(proxies);
    auto bound = Server::bind(settings, handler, system_clock());
    if (!bound) {
        throw std::runtime_error(bound.error().message);
    }
    server_ = std::move(*bound);
    addresses_ = server_->addresses();
    server_->start();
}

TestServer::~TestServer() = default;

std::string post(const std::string& path, const std::string& body, const std::string& headers) {
    return "POST " + path + " HTTP/1.1\r\nHost: a\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace verohook::http
