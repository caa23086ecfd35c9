#include "sinks/nats_settings.hpp"

#include "base/text.hpp"

#include <charconv>
#include <optional>

namespace verohook::sinks {

namespace {

constexpr std::int64_t nats_timeout_ms_min = 100;
constexpr std::int64_t nats_timeout_ms_max = 600'000;

bool is_port(std::string_view text) {
    unsigned port = 0;
    constexpr unsigned port_max = 65535;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() && port > 0 && port <= port_max;
}

/// The complaint says what is wrong, but never shows what may be a password.
Result<NatsServer> parse_server(std::string_view url) {
    const auto wrong = [](std::string sentence) {
        return Error{ErrorCode::invalid_input, std::move(sentence)};
    };
    NatsServer server{.url = std::string(url), .host = {}};
    std::string_view rest = url;
    if (rest.starts_with("tls://")) {
        server.tls = true;
        rest.remove_prefix(std::string_view("tls://").size());
    } else if (rest.starts_with("nats://")) {
        rest.remove_prefix(std::string_view("nats://").size());
    } else {
        return wrong("must begin with nats:// or tls://");
    }
    if (rest.find('@') != std::string_view::npos) {
        return wrong("must not hold credentials: use user, password, token or credentials_file");
    }
    std::string_view port;
    bool has_port = false;
    if (rest.starts_with('[') && rest.find(']') != std::string_view::npos) {
        const std::size_t end = rest.find(']');
        server.host = rest.substr(1, end - 1);
        has_port = end + 1 < rest.size();
        if (has_port && rest[end + 1] != ':') {
            return wrong("must look like nats://HOST:PORT");
        }
        port = has_port ? rest.substr(end + 2) : "";
    } else {
        const std::size_t colon = rest.find(':');
        has_port = colon != std::string_view::npos;
        server.host = rest.substr(0, colon);
        port = has_port ? rest.substr(colon + 1) : "";
    }
    constexpr std::string_view never_in_hosts = "/?#[]% \\\"";
    bool plain = server.host.find_first_of(never_in_hosts) == std::string::npos;
    for (const char letter : server.host) {
        plain = plain && letter > ' ' && letter < '\x7f';
    }
    if (server.host.empty() || !plain || (has_port && !is_port(port))) {
        return wrong("must look like nats://HOST:PORT");
    }
    return server;
}

void read_servers(const Options& options, NatsSettings& settings,
                  std::vector<OptionComplaint>& complaints) {
    const std::vector<std::string>& urls = options.list("servers");
    if (urls.empty()) {
        complaints.push_back({"servers", "must name at least one server"});
    }
    for (std::size_t index = 0; index < urls.size(); ++index) {
        auto server = parse_server(urls[index]);
        if (!server) {
            complaints.push_back({"servers", server.error().message, index});
            continue;
        }
        if (!settings.servers.empty() && settings.servers.front().tls != server->tls) {
            complaints.push_back({"servers", "must be all nats:// or all tls://", index});
        }
        settings.servers.push_back(std::move(*server));
    }
}

std::string text_of(const Options& options, std::string_view name) {
    return options.has(name) ? options.text(name) : "";
}

void read_credentials(const Options& options, NatsSettings& settings,
                      std::vector<OptionComplaint>& complaints) {
    settings.credentials_file = text_of(options, "credentials_file");
    settings.user = text_of(options, "user");
    settings.password = text_of(options, "password");
    settings.token = text_of(options, "token");
    const int ways = (settings.credentials_file.empty() ? 0 : 1) + (settings.user.empty() ? 0 : 1) +
                     (settings.token.empty() ? 0 : 1);
    if (ways > 1) {
        complaints.push_back({settings.token.empty() ? "user" : "token",
                              "is one of three ways to log in: give user, token or "
                              "credentials_file"});
    }
    if (settings.user.empty() != settings.password.empty()) {
        complaints.push_back({settings.user.empty() ? "password" : "user",
                              "needs the other one too: user and password belong together"});
    }
}

void read_tls(const Options& options, NatsSettings& settings,
              std::vector<OptionComplaint>& complaints) {
    settings.ca_file = text_of(options, "ca_file");
    settings.cert_file = text_of(options, "cert_file");
    settings.key_file = text_of(options, "key_file");
    settings.verify_tls = options.boolean("verify_tls");
    const bool tls = !settings.servers.empty() && settings.servers.front().tls;
    for (const std::string_view key : {"ca_file", "cert_file", "key_file"}) {
        if (options.has(key) && !options.text(key).empty() && !tls) {
            complaints.push_back({key, "is for servers of tls:// alone"});
        }
    }
    if (settings.cert_file.empty() != settings.key_file.empty()) {
        complaints.push_back({settings.cert_file.empty() ? "key_file" : "cert_file",
                              "needs the other one too: cert_file and key_file belong together"});
    }
}

/// What a server takes for the name of a stream: no blanks, dots, wildcards or separators.
bool is_stream_name(std::string_view name) {
    return name.find_first_of("./\\*>$ ") == std::string_view::npos && printable(name) == name;
}

}  // namespace

NatsSettings read_nats_options(const Options& options, std::vector<OptionComplaint>& complaints) {
    NatsSettings settings;
    read_servers(options, settings, complaints);
    if (auto subject = SubjectTemplate::parse(options.text("subject"))) {
        settings.subject = std::move(*subject);
    } else {
        complaints.push_back({"subject", subject.error().message});
    }
    settings.stream = text_of(options, "stream");
    if (!is_stream_name(settings.stream)) {
        complaints.push_back({"stream", "must be the name of a stream, without dots and blanks"});
    }
    read_credentials(options, settings, complaints);
    read_tls(options, settings, complaints);
    settings.timeout = options.duration("timeout");
    return settings;
}

std::vector<OptionSpec> nats_option_specs() {
    return {
        {.name = "servers",
         .type = OptionType::text_list,
         .fallback = R"(["nats://127.0.0.1:4222"])",
         .help = "Servers of one cluster, nats://HOST:PORT or tls://HOST:PORT; tried in turn."},
        {.name = "subject",
         .fallback = "\"vero.{type}\"",
         .help = "Subject of an event; {type}, {user_id}, {campaign_id} and {campaign_type} are "
                 "replaced."},
        {.name = "stream", .help = "The stream that has to take the events, and no other."},
        {.name = "credentials_file", .help = "Credentials file with a JWT and an NKey seed."},
        {.name = "user", .help = "User to log in as, with password."},
        {.name = "password", .type = OptionType::secret, .help = "Password of user."},
        {.name = "token", .type = OptionType::secret, .help = "Token to log in with."},
        {.name = "ca_file",
         .help = "PEM file of the authorities that are trusted instead of the system's."},
        {.name = "cert_file",
         .help = "PEM file of the client's certificate, for servers that ask for one."},
        {.name = "key_file", .help = "PEM file of the key of cert_file."},
        {.name = "verify_tls",
         .type = OptionType::boolean,
         .fallback = "true",
         .help = "Whether the server's certificate and its name are verified."},
        {.name = "timeout",
         .type = OptionType::duration,
         .fallback = "\"5s\"",
         .help = "How long connecting to a server, and waiting for the stream's answers, may take.",
         .min = nats_timeout_ms_min,
         .max = nats_timeout_ms_max},
    };
}

}  // namespace verohook::sinks
