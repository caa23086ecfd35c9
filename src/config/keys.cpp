#include "config/config.hpp"
#include "config/units.hpp"

#include <deque>

namespace verohook::config {

namespace {

/// In milliseconds. Every duration is bounded, so that a moment and a duration always add up.
constexpr std::int64_t day = 86'400'000;

/// Defaults come from the structs in base/limits.hpp, so that there is one source of truth; the
/// text lives as long as the program.
std::string_view keep(std::string text) {
    static std::deque<std::string> texts;
    return texts.emplace_back("\"" + std::move(text) + "\"");
}

std::string_view size(std::size_t bytes) {
    return keep(format_size(static_cast<std::int64_t>(bytes)));
}

std::string_view duration(std::chrono::milliseconds value) {
    return keep(format_duration(value));
}

std::string_view number(std::size_t value) {
    static std::deque<std::string> texts;
    return texts.emplace_back(std::to_string(value));
}

Section http_section() {
    const HttpLimits limits;
    return {"http",
            "Where Vero's webhooks come in.",
            {{"listen", OptionType::text_list, R"(["127.0.0.1:8080"])",
              "Addresses to listen on: `127.0.0.1:8080`, `[::1]:8080`, `unix:/run/verohook.sock`."},
             {"path", OptionType::text, R"("/webhooks/vero")", "The path that Vero posts to."},
             {"unix_mode", OptionType::text, R"("0660")",
              "Permissions of a unix socket's file, in octal."},
             {"proxy_protocol", OptionType::boolean, "false",
              "`true`: each connection begins with a PROXY header, version 1 or 2, and only "
              "`auth.trusted_proxies` and unix sockets may connect."},
             {"threads",
              OptionType::integer,
              "0",
              "I/O threads; 0: one for each two cores.",
              {},
              false,
              0,
              256},
             {"head_max",
              OptionType::size,
              size(limits.head_bytes_max),
              "Largest head of a request; beyond: 431.",
              {},
              false,
              1024,
              1 << 20},
             {"body_max",
              OptionType::size,
              size(limits.body_bytes_max),
              "Largest body, also after decompression; beyond: 413.",
              {},
              false,
              1024,
              1LL << 30},
             {"connections_max",
              OptionType::integer,
              number(limits.connections_max),
              "Connections at the same time; beyond: 503.",
              {},
              false,
              1,
              1'000'000},
             {"head_timeout",
              OptionType::duration,
              duration(limits.head_timeout),
              "For a request's whole head; beyond: 408.",
              {},
              false,
              1,
              day},
             {"body_timeout",
              OptionType::duration,
              duration(limits.body_timeout),
              "For a request's whole body; beyond: 408.",
              {},
              false,
              1,
              day},
             {"idle_timeout",
              OptionType::duration,
              duration(limits.idle_timeout),
              "Between two requests of a connection.",
              {},
              false,
              1,
              day}}};
}

Section auth_section() {
    return {"auth",
            "Who may send.",
            {{"required", OptionType::boolean, "true",
              "`false`: events are taken from everybody who can reach the port."},
             {"secrets", OptionType::secret_list, "[]",
              "Any of these lets a request in: as the URL's last segment, as `?token=`, as bearer "
              "token or as basic password. At least 8 of `A-Z a-z 0-9 . _ ~ -`."},
             {"allow", OptionType::text_list, "[]",
              "Networks that may send, e.g. `203.0.113.0/24`; empty: all."},
             {"trusted_proxies", OptionType::text_list, R"(["127.0.0.0/8", "::1/128"])",
              "Networks whose `X-Forwarded-For`, or PROXY header, is believed."}}};
}

Section journal_section() {
    const JournalLimits limits;
    return {
        "journal",
        "What is kept on the disk.",
        {{"queue_max",
          OptionType::integer,
          number(limits.queue_requests_max),
          "Requests that may wait for the disk; beyond: 503.",
          {},
          false,
          1,
          1'000'000},
         {"recent_max",
          OptionType::size,
          size(limits.recent_bytes_max),
          "Newest events kept in memory, for sinks that keep up.",
          {},
          false,
          0,
          1LL << 32},
         {"duplicate_events",
          OptionType::integer,
          number(limits.duplicate_events_max),
          "A duplicate is found among so many newest events with a time …",
          {},
          false,
          0,
          100'000'000},
         {"duplicate_age",
          OptionType::duration,
          duration(limits.duplicate_age_max),
          "… that arrived within this time.",
          {},
          false,
          0,
          3'650 * day},
         {"retention_age",
          OptionType::duration,
          duration(limits.retention_age_max),
          "Delivered events older than this are removed; `0s`: never.",
          {},
          false,
          0,
          36'500 * day},
         {"retention_size",
          OptionType::size,
          size(limits.retention_bytes_max),
          "Delivered events are removed, oldest first, to stay below this; what is not delivered "
          "is never removed, beyond: 503. The events alone count; on top come the duplicate window "
          "(32 MiB at the default), the dead letters (the newest 10,000 of each sink), and the "
          "write-ahead log (as a rule up to 32 MiB).",
          {},
          false,
          1 << 20,
          1LL << 50}}};
}

Section admin_section() {
    const WatchLimits limits;
    return {"admin",
            "Health and metrics, for those who run it.",
            {{"listen", OptionType::text_list, R"(["127.0.0.1:8081"])",
              "Addresses of the admin port; one that others can reach needs `tokens`; `[]`: none."},
             {"tokens", OptionType::secret_list, "[]",
              "With any, everything but `/healthz` is shown to those alone who bring one as bearer "
              "token or as basic password. At least 8 of `A-Z a-z 0-9 . _ ~ -`."},
             {"disk_free_min",
              OptionType::size,
              size(limits.disk_free_bytes_min),
              "With less room for the journal `/readyz` answers 503; `0B`: not looked at.",
              {},
              false,
              0,
              1LL << 50},
             {"webhook_silence",
              OptionType::duration,
              duration(limits.silence_max),
              "A warning is given when no webhook has come for so long; `0s`: never.",
              {},
              false,
              0,
              365 * day}}};
}

Section inspector_section() {
    return {"inspector",
            "The page at the admin port; see [inspector.md](inspector.md).",
            {{"enabled", OptionType::boolean, "true", "`false`: there is no page."},
             {"redact", OptionType::boolean, "false",
              "Whether the page hides e-mail addresses (`***@example.com`)."}}};
}

Section log_section() {
    return {
        "log",
        "The program's own log; see [logging.md](logging.md).",
        {{"level",
          OptionType::text,
          R"("info")",
          "The least that is logged.",
          {"debug", "info", "warn", "error"}},
         {"format",
          OptionType::text,
          R"("text")",
          "`text` for people, `json` for programs.",
          {"text", "json"}},
         {"path", OptionType::text, R"("")", "An absolute path of a file; empty: standard error."},
         {"access",
          OptionType::text,
          R"("off")",
          "A line for each request at the webhook's port: none, for one of so many (and each "
          "that is answered 5xx), or for all.",
          {"off", "sampled", "full"}},
         {"access_every",
          OptionType::integer,
          number(Log{}.access_every),
          "Of how many requests `sampled` tells of one.",
          {},
          false,
          1,
          1'000'000'000}}};
}

}  // namespace

const std::vector<Section>& sections() {
    static const std::vector<Section> all{
        {"",
         "What is said once; stands before the first table.",
         {{"state_dir", OptionType::text, R"("state")",
           "Folder of the journal; made if missing. Relative to where verohook is started."},
          {"shutdown_timeout",
           OptionType::duration,
           R"("30s")",
           "How long requests in flight and sinks may take to finish at the end.",
           {},
           false,
           0,
           day}}},
        http_section(),
        auth_section(),
        journal_section(),
        admin_section(),
        inspector_section(),
        log_section()};
    return all;
}

const std::vector<OptionSpec>& sink_keys() {
    const DeliveryLimits limits;
    static const std::vector<OptionSpec> keys{
        {"kind", OptionType::text, "", "Which kind of sink; see `verohook sinks`.", {}, true},
        {"enabled", OptionType::boolean, "true", "`false`: nothing is delivered, nor kept for it."},
        {"types",
         OptionType::text_list,
         "[]",
         "Only events of these types; `unrecognized` stands for types that nobody knows; empty: "
         "all.",
         {"sent", "delivered", "opened", "clicked", "bounced", "unsubscribed", "converted",
          "resubscribed", "complained", "failed", "user_created", "user_updated", "unrecognized"}},
        {"format",
         OptionType::text,
         R"("json")",
         "`json`: the documented line; `raw`: Vero's body; `cloudevents`: CloudEvents 1.0.",
         {"json", "raw", "cloudevents"}},
        {"duplicates",
         OptionType::text,
         R"("drop")",
         "Whether duplicates are delivered too.",
         {"drop", "keep"}},
        {"from",
         OptionType::text,
         R"("beginning")",
         "Where a sink that is new begins: with the oldest event, or with what comes next.",
         {"beginning", "now"}},
        {"batch_max",
         OptionType::integer,
         number(limits.batch_events_max),
         "Events in one batch.",
         {},
         false,
         1,
         100'000},
        {"retry_min",
         OptionType::duration,
         duration(limits.backoff_min),
         "First wait after a failure; doubles with each.",
         {},
         false,
         1,
         day},
        {"retry_max",
         OptionType::duration,
         duration(limits.backoff_max),
         "Longest wait after a failure.",
         {},
         false,
         1,
         day},
        {"redact", OptionType::text_list, "[]",
         "What the sink is not to have, by its place in Vero's body: `user.email` is left out, "
         "`user.email=mask` shortened, `user.email=hash` replaced by a keyed hash; `*` stands for "
         "any name."},
        {"redact_key", OptionType::secret, R"("")",
         "Key of the hashes; the same one gives the same hashes in every sink."}};
    return keys;
}

}  // namespace verohook::config
