#pragma once

#include <verohook/base/result.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace verohook::http {

struct ClientRequest {
    std::string method = "POST";
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::string body = {};
};

struct ClientResponse {
    unsigned status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
};

struct ClientSettings {
    /// For one exchange, connecting included. The system's look-up of a host's name cannot be
    /// interrupted and may take longer.
    std::chrono::milliseconds timeout{30'000};
    bool verify_tls = true;
    std::size_t response_bytes_max = 1024UL * 1024;
};

/// A blocking client with one keep-alive connection to one URL (`http://`, `https://`,
/// `http+unix:///path/to.sock:/target`). One thread.
class Client {
public:
    /// `invalid_input` for what is no URL of these kinds.
    [[nodiscard]] static Result<std::unique_ptr<Client>> make(std::string_view url,
                                                              ClientSettings settings = {});
    virtual ~Client() = default;
    /// Sends and reads the answer; connects first where needed. Where a kept connection turns out
    /// to have been closed before any byte of the answer came, tries once more on a new one only if
    /// `idempotent`.
    [[nodiscard]] virtual Result<ClientResponse> exchange(const ClientRequest& request,
                                                          bool idempotent = false) = 0;
};

}  // namespace verohook::http
