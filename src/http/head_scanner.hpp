#pragma once

#include "http/refusal.hpp"

#include <cstddef>
#include <string_view>

namespace verohook::http {

/// Looks at the raw bytes of a head before the parser does, finds where it ends, and refuses what a
/// tolerant parser lets through: bare CR or LF, control characters, folded lines, names that are no
/// tokens, targets that are neither a path nor an http URL, versions other than 1.0 and 1.1
/// (RFC 9112), the PROXY protocol.
class HeadScanner {
public:
    enum class State {
        more,      ///< The head's end has not come yet.
        complete,  ///< `head_size` says where the body begins.
        refused,   ///< `refusal` says why.
    };

    /// `bytes` begins with the request line and grows from call to call; what was looked at before
    /// is not looked at again. A head of more than `bytes_max` bytes is refused with 431.
    [[nodiscard]] State scan(std::string_view bytes, std::size_t bytes_max);
    /// With the empty line that ends it.
    [[nodiscard]] std::size_t head_size() const { return position_; }
    [[nodiscard]] const Refusal& refusal() const { return refusal_; }
    void reset() { *this = HeadScanner(); }

private:
    [[nodiscard]] State refuse(std::string_view detail);
    [[nodiscard]] State refuse_byte(char byte);
    [[nodiscard]] State refuse_empty_line(std::string_view window);
    [[nodiscard]] bool check_line(std::string_view line);
    [[nodiscard]] bool check_request_line(std::string_view line);
    [[nodiscard]] bool check_field_line(std::string_view line);

    std::size_t position_ = 0;
    std::size_t line_start_ = 0;
    Refusal refusal_;
};

/// Whether `text` is a token of RFC 9110, section 5.6.2.
[[nodiscard]] bool is_token(std::string_view text);

}  // namespace verohook::http
