#include "sinks/http_settings.hpp"

namespace verohook::sinks {

namespace {

constexpr std::int64_t request_events_max = 10'000;
constexpr std::int64_t request_bytes_max = 64LL * 1024 * 1024;
constexpr std::int64_t http_timeout_ms_min = 1;
constexpr std::int64_t http_timeout_ms_max = 3'600'000;
constexpr std::int64_t connections_max = 64;

}  // namespace

std::vector<OptionSpec> http_option_specs() {
    return {
        {.name = "url",
         .type = OptionType::secret,
         .help = "Where to: http://HOST:PORT/PATH, https://… or http+unix:///PATH/TO.sock:/PATH.",
         .required = true},
        {.name = "mode",
         .fallback = "\"single\"",
         .help = "What a request carries: one event, a JSON array, or one event a line.",
         .choices = {"single", "array", "ndjson"}},
        {.name = "events_max",
         .type = OptionType::integer,
         .fallback = "100",
         .help = "How many events one request may carry, unless mode is single.",
         .min = 1,
         .max = request_events_max},
        {.name = "bytes_max",
         .type = OptionType::size,
         .fallback = "\"1MiB\"",
         .help = "How large a request's body may get by more than one event.",
         .min = 1,
         .max = request_bytes_max},
        {.name = "cloudevents",
         .fallback = "\"structured\"",
         .help = "With format cloudevents: the whole envelope as body, or as headers.",
         .choices = {"structured", "binary"}},
        {.name = "secrets",
         .type = OptionType::secret_list,
         .fallback = "[]",
         .help = "Requests are signed with each of these, written as whsec_BASE64."},
        {.name = "headers",
         .type = OptionType::secret_list,
         .fallback = "[]",
         .help = "Headers of every request, written as \"Name: value\"."},
        {.name = "concurrency",
         .type = OptionType::integer,
         .fallback = "1",
         .help = "How many connections deliver at once; with more than one, out of order.",
         .min = 1,
         .max = connections_max},
        {.name = "timeout",
         .type = OptionType::duration,
         .fallback = "\"30s\"",
         .help = "How long a request may take, connecting included.",
         .min = http_timeout_ms_min,
         .max = http_timeout_ms_max},
        {.name = "connect_timeout",
         .type = OptionType::duration,
         .fallback = "\"10s\"",
         .help = "How long connecting may take, the TLS handshake included.",
         .min = http_timeout_ms_min,
         .max = http_timeout_ms_max},
        {.name = "verify_tls",
         .type = OptionType::boolean,
         .fallback = "true",
         .help = "Whether the target's certificate and its name are verified."},
        {.name = "ca_file",
         .help = "PEM file of the authorities that are trusted instead of the system's."},
        {.name = "cert_file",
         .help = "PEM file of the client's certificate, for targets that ask for one."},
        {.name = "key_file", .help = "PEM file of the key of cert_file."},
    };
}

}  // namespace verohook::sinks
