#pragma once

#include "http/server.hpp"

#include <verohook/base/time.hpp>

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace verohook::http {

/// What the handler saw of a request.
struct SeenRequest {
    RequestHead head;
    std::string body;
    std::thread::id thread;
};

/// `POST /hook` answers 200 with the body's length; `/early` answers 401 from the head alone;
/// `/later` keeps the exchange until `release`; `/big` answers with `big_bytes` bytes; anything
/// else is 404 from the head.
class TestHandler final : public Handler {
public:
    [[nodiscard]] std::optional<Response> on_head(const RequestHead& head) override;
    void on_request(Exchange& exchange) override;

    [[nodiscard]] std::vector<SeenRequest> seen() const;
    /// Waits until so many exchanges are kept.
    void wait_for_kept(std::size_t count);
    /// Answers all that are kept, from this thread.
    void release();

    std::size_t big_bytes = 0;

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<SeenRequest> seen_;
    std::vector<Exchange*> kept_;
};

/// A server in this process at a free port, started and, at the end, drained.
class TestServer {
public:
    explicit TestServer(HttpLimits limits = {}, unsigned threads = 1,
                        std::vector<std::string> listen = {"127.0.0.1:0"},
                        std::optional<std::vector<Cidr>> proxies = {});
    ~TestServer();

    [[nodiscard]] const std::string& address(std::size_t index = 0) const {
        return addresses_[index];
    }
    [[nodiscard]] std::string url(const std::string& path) const {
        return "http://" + address() + path;
    }
    TestHandler handler;
    [[nodiscard]] Server& server() { return *server_; }
    void destroy() { server_.reset(); }

private:
    std::unique_ptr<Server> server_;
    std::vector<std::string> addresses_;
};

/// `POST path` with a body and a Content-Length; `headers` are whole lines.
[[nodiscard]] std::string post(const std::string& path, const std::string& body,
                               const std::string& headers = "");

}  // namespace verohook::http
