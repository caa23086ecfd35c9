#pragma once

#include <verohook/base/result.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
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

struct Way;

struct ClientSettings {
    /// For one exchange, connecting included. The system's look-up of a host's name cannot be
    /// interrupted and may take longer.
    std::chrono::milliseconds timeout{30'000};
    /// For connecting alone, the look-up and the TLS handshake included; no longer than `timeout`.
    std::chrono::milliseconds connect_timeout{30'000};
    bool verify_tls = true;
    /// PEM files, read for each connection, so that a renewed one is found; empty: none.
    std::filesystem::path ca_file = {};  ///< Who is trusted, instead of the system's authorities.
    std::filesystem::path certificate_file =
        {};  ///< The client's own, with what leads to its root.
    std::filesystem::path key_file = {};
    std::size_t response_bytes_max = 1024UL * 1024;
    /// An answer's status says all: a body that is too long, late or torn is cut off, and is no
    /// error.
    bool status_suffices = false;
    /// Is told how far each connection gets; outlives the client. Null: nobody asks.
    Way* way = nullptr;
};

/// What may be told of a URL, and where in it secrets may stand.
struct ClientTarget {
    std::string place;  ///< `example.com:8443`, or the path of a unix socket: no secret.
    std::string path;   ///< `/hooks/…`, without the query.
};
/// `invalid_input` for what is no URL that `Client::make` takes.
[[nodiscard]] Result<ClientTarget> target_of(std::string_view url);

/// Whether a header can be sent: its name is a token, and its value has no line break in it, which
/// would begin another header.
[[nodiscard]] bool is_header(std::string_view name, std::string_view value);

/// A blocking client with one keep-alive connection to one URL (`http://`, `https://`,
/// `http+unix:///path/to.sock:/target`). One thread.
class Client {
public:
    /// `invalid_input` for what is no URL of these kinds, and for files that cannot be used.
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
