#include "admin/control.hpp"

#include "http/client.hpp"

#include <utility>

namespace verohook::admin {

namespace {

constexpr std::chrono::milliseconds stop_timeout{10'000};
/// For what may wait for sinks to end: as long as `shutdown_timeout` may be, and more.
constexpr std::chrono::hours reload_timeout{25};
constexpr std::size_t answer_bytes_max = std::size_t{16} * 1024 * 1024;

Result<std::string> body_of(unsigned status, std::string body) {
    if (status / 100 == 2) {
        return body;
    }
    std::string detail = problem_detail(body);
    const ErrorCode code = status == 400   ? ErrorCode::invalid_input
                           : status == 404 ? ErrorCode::not_found
                           : status == 409 ? ErrorCode::locked
                                           : ErrorCode::unavailable;
    return Error{code, detail.empty() ? "the daemon answers " + std::to_string(status) : detail};
}

class Remote final : public Control {
public:
    explicit Remote(ControlSocket socket) : socket_(std::move(socket)) {}

protected:
    [[nodiscard]] Result<std::string> ask(const std::string& method, const std::string& target,
                                          std::string body) override {
        http::ClientSettings settings;
        settings.response_bytes_max = answer_bytes_max;
        if (target == "/reload") {
            settings.timeout = reload_timeout;
        }
        auto client = http::Client::make(socket_.url(target), settings);
        if (!client) {
            return client.error();
        }
        auto answer = (*client)->exchange({.method = method, .body = std::move(body)});
        if (!answer) {
            return Error{answer.error().code, "the daemon does not answer at its control socket: " +
                                                  answer.error().message};
        }
        return body_of(answer->status, std::move(answer->body));
    }

private:
    const ControlSocket socket_;
};

class Local final : public Control {
public:
    Local(std::unique_ptr<journal::Journal> journal, std::unique_ptr<delivery::Delivery> delivery,
          std::vector<KnownSink> known, const Clock& clock)
        : journal_(std::move(journal)),
          delivery_(std::move(delivery)),
          known_(std::move(known)),
          desk_(*journal_, clock, known_) {
        desk_.watch(*delivery_);
    }
    ~Local() override {
        // A sink that is stuck beyond that is left behind; the process ends without it.
        static_cast<void>(delivery_->stop(stop_timeout));
    }
    Local(const Local&) = delete;
    Local& operator=(const Local&) = delete;

protected:
    [[nodiscard]] Result<std::string> ask(const std::string& method, const std::string& target,
                                          std::string body) override {
        http::Response response = desk_.answer(method, target, body);
        return body_of(response.status, std::move(response.body));
    }

private:
    std::unique_ptr<journal::Journal> journal_;
    std::unique_ptr<delivery::Delivery> delivery_;
    const KnownSinks known_;
    Desk desk_;
};

/// A sink's name in a path; what is no name belongs to no sink.
Result<std::string> sink_path(const std::string& sink, std::string_view action) {
    if (sink.empty() ||
        sink.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") != std::string::npos) {
        return Error{ErrorCode::not_found, "there is no sink of that name"};
    }
    return "/sinks/" + sink + "/" + std::string(action);
}

}  // namespace

Result<Status> Control::status() {
    const auto body = ask("GET", "/status", "");
    return body ? parse_status(*body) : body.error();
}

Result<delivery::TaskStatus> Control::replay(const std::string& sink,
                                             const ReplayRequest& request) {
    const auto path = sink_path(sink, "replay");
    const auto body = path ? ask("POST", *path, to_json(request)) : path;
    return body ? parse_task(*body) : body.error();
}

Result<delivery::TaskStatus> Control::retry(const std::string& sink, const Letters& letters) {
    const auto path = sink_path(sink, "retry");
    const auto body = path ? ask("POST", *path, to_json(letters)) : path;
    return body ? parse_task(*body) : body.error();
}

Result<delivery::TaskStatus> Control::task(std::uint64_t id) {
    const auto body = ask("GET", "/tasks/" + std::to_string(id), "");
    return body ? parse_task(*body) : body.error();
}

Result<delivery::TaskStatus> Control::cancel(std::uint64_t id) {
    const auto body = ask("DELETE", "/tasks/" + std::to_string(id), "");
    return body ? parse_task(*body) : body.error();
}

Result<std::uint64_t> Control::drop(const std::string& sink, const Letters& letters) {
    const auto path = sink_path(sink, "drop");
    const auto body = path ? ask("POST", *path, to_json(letters)) : path;
    return body ? parse_dropped(*body) : body.error();
}

Result<ForgetStatus> Control::forget(const ForgetRequest& request) {
    const auto body = ask("POST", "/forget", to_json(request));
    return body ? parse_forget_status(*body) : body.error();
}

Result<ForgetStatus> Control::forgetting() {
    const auto body = ask("GET", "/forget", "");
    return body ? parse_forget_status(*body) : body.error();
}

Result<ReloadReport> Control::reload() {
    const auto body = ask("POST", "/reload", "");
    return body ? parse_reload_report(*body) : body.error();
}

Result<std::unique_ptr<Control>> connect(const std::filesystem::path& folder) {
    auto socket = ControlSocket::in(folder);
    if (!socket) {
        return socket.error();
    }
    auto control = std::make_unique<Remote>(std::move(*socket));
    // Whether somebody is there shows when something is asked.
    if (const auto there = control->status(); !there) {
        return there.error();
    }
    return std::unique_ptr<Control>(std::move(control));
}

Result<std::unique_ptr<Control>> take_over(std::unique_ptr<journal::Journal> journal,
                                           std::vector<delivery::SinkSettings> sinks,
                                           std::vector<KnownSink> known, const Clock& clock) {
    auto delivery = delivery::Delivery::start(std::move(sinks), *journal, clock,
                                              delivery::Delivering::tasks_only);
    if (!delivery) {
        return delivery.error();
    }
    return std::unique_ptr<Control>(
        std::make_unique<Local>(std::move(journal), std::move(*delivery), std::move(known), clock));
}

}  // namespace verohook::admin
