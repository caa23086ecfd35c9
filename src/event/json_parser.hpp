#pragma once

#include "event/parse_error.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <cstddef>
#include <limits>
#include <optional>
#include <string_view>

namespace verohook::event {

/// What is common to the handlers of Boost.JSON's event parser: no limits but the body's own size,
/// which HTTP has bounded already, and no interest in the document's begin and end.
struct JsonHandler {
    using Code = boost::system::error_code;
    using Text = boost::json::string_view;

    static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_object_size = max_array_size;
    static constexpr std::size_t max_string_size = max_array_size;
    static constexpr std::size_t max_key_size = max_array_size;

    static bool on_document_begin(Code&) { return true; }
    static bool on_document_end(Code&) { return true; }
    /// The body is always read in one piece, so numbers come whole.
    static bool on_number_part(Text, Code&) { return true; }
    static bool on_comment_part(Text, Code&) { return true; }
    static bool on_comment(Text, Code&) { return true; }
};

/// Strict RFC 8259, UTF-8, nested no deeper than `depth_max`.
[[nodiscard]] inline boost::json::parse_options json_options() {
    boost::json::parse_options options;
    options.max_depth = depth_max;
    return options;
}

/// Reads the whole body through the handler. Nothing if it is one valid JSON value.
template <class Handler>
[[nodiscard]] std::optional<Malformed> run_parser(boost::json::basic_parser<Handler>& parser,
                                                  std::string_view body) {
    boost::system::error_code code;
    const std::size_t used = parser.write_some(false, body.data(), body.size(), code);
    if (!code && used < body.size()) {
        code = boost::json::error::extra_data;
    }
    if (code) {
        return explain_json_error(body, used, code);
    }
    return std::nullopt;
}

}  // namespace verohook::event
