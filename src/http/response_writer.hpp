#pragma once

#include "http/message.hpp"

#include <verohook/base/time.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace verohook::http {

/// What a response depends on beside itself.
struct ResponseContext {
    std::string_view request_id;
    unsigned version = 11;
    bool is_head = false;  ///< HEAD: everything but the body.
    bool keep_alive = true;
};

/// Writes responses as bytes. One for each thread: it remembers the text of the last `Date`.
class ResponseWriter {
public:
    /// `clock` outlives the writer.
    explicit ResponseWriter(const Clock& clock) : clock_(clock) {}

    void append(std::string& out, const Response& response, const ResponseContext& context);
    /// When the last one was written.
    [[nodiscard]] Timestamp written_at() const { return written_at_; }

private:
    void refresh_date();

    const Clock& clock_;
    Timestamp written_at_;
    std::int64_t date_second_ = -1;
    std::string date_;  ///< `Sun, 06 Nov 1994 08:49:37 GMT`
};

/// `Not Found`; `Unknown` for a status without a standard phrase.
[[nodiscard]] std::string_view reason_phrase(unsigned status);

}  // namespace verohook::http
