#include "http/client.hpp"

#include "base/text.hpp"
#include "http/head_scanner.hpp"
#include "http/transport.hpp"
#include "http/url.hpp"

#include <algorithm>
#include <utility>

namespace verohook::http {

namespace {

/// A line break in a header would be another header.
bool is_header(const std::pair<std::string, std::string>& header) {
    return is_token(header.first) &&
           header.second.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos;
}

class BeastClient final : public Client {
public:
    BeastClient(Url url, const ClientSettings& settings)
        : url_(std::move(url)), settings_(settings) {}

    [[nodiscard]] Result<ClientResponse> exchange(const ClientRequest& request,
                                                  bool idempotent) override {
        if (!is_token(request.method) ||
            !std::all_of(request.headers.begin(), request.headers.end(), is_header)) {
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
            auto connected = connect(url_, settings_, deadline);
            if (!connected) {
                return {connected.error(), false, false};
            }
            transport_ = std::move(*connected);
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

Result<std::unique_ptr<Client>> Client::make(std::string_view url, ClientSettings settings) {
    auto parsed = parse_url(url);
    if (!parsed) {
        return parsed.error();
    }
    return std::unique_ptr<Client>(std::make_unique<BeastClient>(std::move(*parsed), settings));
}

}  // namespace verohook::http
