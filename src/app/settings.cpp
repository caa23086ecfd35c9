#include "app/settings.hpp"

#include "base/log.hpp"
#include "event/redact.hpp"
#include "http/descriptors.hpp"
#include "sinks/table.hpp"

#include <algorithm>

namespace verohook::app {

std::vector<config::KindOptions> kind_options() {
    std::vector<config::KindOptions> options;
    for (const sink::SinkKind* kind : sinks::all_kinds()) {
        options.push_back({kind->name, kind->summary, kind->options, kind->check});
    }
    for (const sinks::MissingKind& missing : sinks::missing_kinds()) {
        options.push_back({.kind = missing.name, .missing_package = missing.package});
    }
    return options;
}

Result<config::Settings> load_settings(const std::filesystem::path& file) {
    const auto kinds = kind_options();
    if (file.empty()) {
        return config::parse(config::default_toml(), "built-in configuration", kinds);
    }
    return config::load(file, kinds);
}

http::ServerSettings server_settings(const config::Settings& settings) {
    http::ServerSettings server;
    server.listen = settings.http.addresses;
    server.unix_mode = settings.http.unix_mode;
    server.threads = settings.http.threads;
    server.limits = settings.http_limits;
    if (settings.http.proxy_protocol) {
        server.proxies = settings.auth.trusted_proxies;
    }
    return server;
}

http::ServerSettings admin_settings(const config::Settings& settings) {
    http::ServerSettings server;
    server.listen = settings.admin.addresses;
    server.threads = 1;
    server.limits.connections_max = 100;
    return server;
}

void fit_to_descriptors(http::ServerSettings& server, http::ServerSettings& admin) {
    constexpr std::size_t admin_share = 8;
    const std::size_t limit = http::raise_descriptor_limit();
    const std::size_t descriptors = http::descriptors_for_connections(limit);
    const std::size_t wanted = server.limits.connections_max;
    admin.limits = http::fit_connections(admin.limits, descriptors / admin_share);
    server.limits = http::fit_connections(server.limits, descriptors - descriptors / admin_share);
    if (server.limits.connections_max < wanted) {
        log::warn("http.connections_max = " + std::to_string(wanted) +
                  " cannot be had: the process may open " + std::to_string(limit) +
                  " files (ulimit -n, LimitNOFILE=), which leaves " +
                  std::to_string(server.limits.connections_max) + " connections");
    }
}

ingest::EndpointSettings endpoint_settings(const config::Settings& settings) {
    ingest::EndpointSettings endpoint;
    endpoint.path = settings.http.path;
    endpoint.auth_required = settings.auth.required;
    endpoint.secrets = settings.auth.secrets;
    endpoint.allow = settings.auth.allow;
    endpoint.trusted_proxies = settings.auth.trusted_proxies;
    endpoint.body_bytes_max = settings.http_limits.body_bytes_max;
    return endpoint;
}

ingest::AccessSettings access_settings(const config::Settings& settings) {
    return {.mode = settings.log.access,
            .every = settings.log.access_every,
            .path = settings.http.path,
            .trusted_proxies = settings.auth.trusted_proxies};
}

journal::SqliteJournalSettings journal_settings(const config::Settings& settings) {
    return {.directory = settings.state_dir, .limits = settings.journal};
}

namespace {

/// Null: this build has no such kind.
const sink::SinkKind* find_kind(std::string_view name) {
    const auto& kinds = sinks::all_kinds();
    const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                   [&](const auto* each) { return each->name == name; });
    return kind == kinds.end() ? nullptr : *kind;
}

std::shared_ptr<const event::Redactor> make_redactor(const config::SinkConfig& sink) {
    if (sink.redact.empty()) {
        return nullptr;
    }
    std::vector<RedactionRule> rules;
    for (const std::string& text : sink.redact) {
        auto rule = parse_redaction_rule(text);
        VEROHOOK_CHECK(rule.has_value());  // The configuration has been checked.
        rules.push_back(std::move(*rule));
    }
    return std::make_shared<const event::Redactor>(std::move(rules), sink.redact_key);
}

}  // namespace

std::vector<delivery::SinkSettings> sink_settings(const config::Settings& settings) {
    std::vector<delivery::SinkSettings> sinks;
    for (const config::SinkConfig& sink : settings.sinks) {
        if (!sink.enabled) {
            continue;
        }
        const sink::SinkKind* const kind = find_kind(sink.kind);
        VEROHOOK_CHECK(kind != nullptr);
        const auto format = event::parse_format(sink.format);
        VEROHOOK_CHECK(format.has_value());
        delivery::SinkSettings out;
        out.kind = kind;
        out.name = sink.name;
        out.types.insert(sink.types.begin(), sink.types.end());
        out.format = *format;
        out.keep_duplicates = sink.keep_duplicates;
        out.from = sink.from_now ? journal::From::now : journal::From::beginning;
        out.limits = sink.limits;
        out.options = sink.options;
        out.state_dir = settings.state_dir;
        out.redactor = make_redactor(sink);
        sinks.push_back(std::move(out));
    }
    return sinks;
}

std::vector<backup::SinkDatabase> sink_databases(const config::Settings& settings) {
    std::vector<backup::SinkDatabase> databases;
    for (const config::SinkConfig& sink : settings.sinks) {
        const sink::SinkKind* const kind = find_kind(sink.kind);
        if (kind != nullptr && kind->database != nullptr) {
            databases.push_back({sink.name, kind->database(settings.state_dir, sink.options)});
        }
    }
    return databases;
}

std::vector<admin::KnownSink> known_sinks(const config::Settings& settings) {
    std::vector<admin::KnownSink> known;
    for (const config::SinkConfig& sink : settings.sinks) {
        const sink::SinkKind* const kind = find_kind(sink.kind);
        known.push_back({sink.name, sink.kind, sink.enabled,
                         kind == nullptr ? "" : std::string(kind->erase_by_hand)});
    }
    return known;
}

}  // namespace verohook::app
