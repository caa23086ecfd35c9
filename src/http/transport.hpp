#pragma once

#include "http/client.hpp"
#include "http/url.hpp"

#include <verohook/base/result.hpp>

#include <chrono>
#include <memory>

namespace verohook::http {

/// What came of one attempt at an exchange.
struct Outcome {
    Result<ClientResponse> response;
    bool answer_begun = false;  ///< At least one byte of an answer came.
    bool keep_alive = false;    ///< The connection may be used once more.
};

/// A client's established connection.
class Transport {
public:
    virtual ~Transport() = default;
    [[nodiscard]] virtual Outcome exchange(const Url& url, const ClientRequest& request,
                                           std::chrono::steady_clock::time_point deadline) = 0;
};

/// Resolves, connects and, for https, shakes hands and verifies the certificate and its name.
[[nodiscard]] Result<std::unique_ptr<Transport>> connect(
    const Url& url, const ClientSettings& settings, std::chrono::steady_clock::time_point deadline);

/// Whether the files for TLS can be used: `invalid_input`, with the file and the reason, if not.
[[nodiscard]] Result<void> check_tls(const ClientSettings& settings);

}  // namespace verohook::http
