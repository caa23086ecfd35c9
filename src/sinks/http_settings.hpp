#pragma once

#include "http/client.hpp"

#include <verohook/base/option.hpp>
#include <verohook/event/codec.hpp>
#include <verohook/sink/sink.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace verohook::sinks {

/// What one request carries.
enum class HttpMode {
    single,  ///< One event.
    array,   ///< A JSON array of events.
    ndjson,  ///< One event a line.
};

struct HttpSettings {
    std::string url;  ///< May hold a secret; `target` is for people.
    http::ClientTarget target;
    http::ClientSettings client;
    HttpMode mode = HttpMode::single;
    event::Format format = event::Format::json;
    bool binary = false;            ///< CloudEvents: the attributes as headers.
    std::size_t events_max = 1;     ///< Of one request.
    std::size_t bytes_max = 0;      ///< Of one request's body, unless a single event is larger.
    std::vector<std::string> keys;  ///< For signatures; empty: unsigned.
    std::vector<std::pair<std::string, std::string>> headers;
    std::size_t concurrency = 1;
};

[[nodiscard]] std::vector<OptionSpec> http_option_specs();
/// What is wrong with options that passed the table; touches nothing outside.
[[nodiscard]] std::vector<OptionComplaint> check_http_options(const Options& options);
/// `invalid_input` for what `check_http_options` complains of, and for what does not fit the
/// format.
[[nodiscard]] Result<HttpSettings> http_settings(const sink::SinkContext& context);

}  // namespace verohook::sinks
