#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace verohook::http {

/// One answer as it came over the wire.
struct RawAnswer {
    unsigned status = 0;
    std::string head;
    std::string body;

    [[nodiscard]] std::string header(std::string_view name) const;  ///< Empty if absent.
};

/// A client that sends exactly the bytes it is told and reads what comes, so that a test sees what
/// no decent client would do or show.
class RawClient {
public:
    /// `127.0.0.1:8080`, `[::1]:8080`, `unix:/path`. `receive_buffer_bytes`: 0 is the system's.
    explicit RawClient(const std::string& address, int receive_buffer_bytes = 0);
    ~RawClient();
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    [[nodiscard]] bool is_connected() const { return descriptor_ >= 0; }
    /// False once the other side does not take it any more.
    bool send(std::string_view bytes);
    bool send_byte_by_byte(std::string_view bytes);
    void finish_sending();
    /// Sends no FIN but a reset.
    void reset();
    /// The next answer, interim ones included; nothing if the connection ended instead.
    [[nodiscard]] std::optional<RawAnswer> read_answer(bool without_body = false);
    /// Whether the connection ends, without a reset, and nothing more comes before.
    [[nodiscard]] bool is_closed_cleanly();
    [[nodiscard]] int local_port() const;

private:
    /// False at the end, at a reset, and after a long time.
    bool receive();

    int descriptor_ = -1;
    std::string buffer_;
    bool was_reset_ = false;
};

/// `count` bytes in chunks of `size`.
[[nodiscard]] std::string chunked(std::string_view bytes, std::size_t size);

}  // namespace verohook::http
