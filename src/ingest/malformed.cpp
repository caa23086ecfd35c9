#include "ingest/malformed.hpp"

#include "base/text.hpp"
#include "http/gzip.hpp"

#include <limits>
#include <variant>

namespace verohook::ingest {

namespace {

/// The value of a header in `name: value\n` …; empty if it is not there.
std::string_view kept_value(std::string_view headers, std::string_view name) {
    while (!headers.empty()) {
        const std::size_t end = headers.find('\n');
        const std::string_view line = headers.substr(0, end);
        headers = end == std::string_view::npos ? "" : headers.substr(end + 1);
        const std::size_t colon = line.find(':');
        if (colon != std::string_view::npos && line.substr(0, colon) == name) {
            return trim(line.substr(colon + 1));
        }
    }
    return {};
}

}  // namespace

bool is_gzip(std::string_view coding) {
    return equals_ignoring_case(coding, "gzip") || equals_ignoring_case(coding, "x-gzip");
}

event::Malformed explain_malformed(std::string_view body, std::string_view kept_headers) {
    if (is_gzip(kept_value(kept_headers, "Content-Encoding"))) {
        // What broke within the bound of then breaks at the same place without one.
        constexpr std::size_t unbounded = std::numeric_limits<std::size_t>::max() / 2;
        if (const auto unpacked = http::gunzip(body, unbounded); !unpacked) {
            return {"The body is no valid gzip data: " + unpacked.error().message,
                    unpacked.error().offset};
        }
    }
    auto verdict = event::classify(body);
    if (auto* malformed = std::get_if<event::Malformed>(&verdict)) {
        return std::move(*malformed);
    }
    return {"The body was not taken for an event when it came.", 0};
}

}  // namespace verohook::ingest
