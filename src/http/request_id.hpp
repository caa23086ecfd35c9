#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace verohook::http {

/// Makes ids that tell requests apart in a log; nobody should trust them to be unguessable. One for
/// each thread.
class RequestIdSource {
public:
    RequestIdSource();
    /// 16 lower-case hexadecimal digits.
    [[nodiscard]] std::string next();

private:
    std::uint64_t state_;
};

/// Whether a caller's id can be taken over: 1 to 64 characters of `[A-Za-z0-9._-]`.
[[nodiscard]] bool is_sane_request_id(std::string_view text);

}  // namespace verohook::http
