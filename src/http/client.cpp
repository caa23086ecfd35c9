#include "http/client.hpp"

#include "base/text.hpp"
#include "http/head_scanner.hpp"
#include "http/transport.hpp"
#include "http/url.hpp"

#include <boost/system/system_error.hpp>

#include <algorithm>
#include <utility>

namespace verohook::http {

namespace {

bool can_be_sent(const std::pair<std::string, std::string>& header) {
    return is_header(header.first, header.second);
}

class BeastClient final : public Client {
public:
    BeastClient(Url url, ClientSettings settings)
        : url_(std::move(url)), settings_(std::move(settings)) {}

    [[nodiscard]] Result<ClientResponse> exchange(const ClientRequest& request,
                                                  bool idempotent) override {
        if (!is_token(request.method) ||
            !std::all_of(request.headers.begin(), request.headers.end(), can_be_sent)) {
            return Error{ErrorCode::invalid_input,
                         "the request has a method or header that cannot be sent"};
        }
        const auto deadline = std::chrono::steady_clock::now() + settings_.timeout;
        const bool was_kept = transport_ != nullptr;
        auto outcome = attempt(request, deadline);
        // A server may close a kept connection at any time; that says nothing about the next one.
        if (was_kept && idempotent && !outcome.response && !outcome.answer_begun &&
            std::chrono::steady_clock::now() < deadline) {
            outcome = attempt(request, deadline);
        }
        return std::move(outcome.response);
    }

private:
    [[nodiscard]] Outcome attempt(const ClientRequest& request,
                                  std::chrono::steady_clock::time_point deadline) {
        if (!transport_) {
            const auto connect_deadline =
                std::chrono::steady_clock::now() + settings_.connect_timeout;
            try {
                auto connected = connect(url_, settings_, std::min(deadline, connect_deadline));
                if (!connected) {
                    return {connected.error(), false, false};
                }
                transport_ = std::move(*connected);
            } catch (const boost::system::system_error& failure) {
                // Asio throws where it gets no descriptor for its own use.
                return {Error{ErrorCode::unavailable,
                              url_.authority + ": preparing to connect: " + failure.what()},
                        false, false};
            }
        }
        Outcome outcome = transport_->exchange(url_, request, deadline);
        if (!outcome.response || !outcome.keep_alive) {
            transport_.reset();
        }
        return outcome;
    }

    const Url url_;
    const ClientSettings settings_;
    std::unique_ptr<Transport> transport_;
};

}  // namespace

bool is_header(std::string_view name, std::string_view value) {
    return is_token(name) &&
           value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

Result<ClientTarget> target_of(std::string_view url) {
    auto parsed = parse_url(url);
    if (!parsed) {
        return parsed.error();
    }
    return ClientTarget{parsed->socket_path.empty() ? parsed->authority : parsed->socket_path,
                        parsed->target.substr(0, parsed->target.find('?'))};
}

Result<std::unique_ptr<Client>> Client::make(std::string_view url, ClientSettings settings) {
    auto parsed = parse_url(url);
    if (!parsed) {
        return parsed.error();
    }
    if (parsed->is_tls) {
        if (auto usable = check_tls(settings); !usable) {
            return usable.error();
        }
    }
    return std::unique_ptr<Client>(
        std::make_unique<BeastClient>(std::move(*parsed), std::move(settings)));
}

}  // namespace verohook::http
