#include "config/config.hpp"

#include "base/text.hpp"
#include "config/change.hpp"
#include "config/units.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>
#include <map>

namespace verohook::config {

namespace {

enum class Secrets { hidden, plain };

/// Writes tables of TOML, a key a line.
class Writer {
public:
    explicit Writer(Secrets secrets) : secrets_(secrets) {}

    void table(std::string_view name) {
        out_.append("\n[").append(name).append("]\n");
        table_ = name;
    }
    void raw(std::string_view key, std::string_view value) {
        out_.append(key).append(" = ").append(value) += '\n';
        std::string name = table_.empty() ? std::string() : table_ + ".";
        values_.emplace(name.append(key), value);
    }
    void text(std::string_view key, std::string_view value) { raw(key, in_quotes(value)); }
    void number(std::string_view key, std::size_t value) { raw(key, std::to_string(value)); }
    void boolean(std::string_view key, bool value) { raw(key, value ? "true" : "false"); }
    void size(std::string_view key, std::size_t bytes) {
        text(key, format_size(static_cast<std::int64_t>(bytes)));
    }
    void duration(std::string_view key, std::chrono::milliseconds value) {
        text(key, format_duration(value));
    }
    void list(std::string_view key, const std::vector<std::string>& texts) {
        std::vector<std::string> quoted;
        std::transform(texts.begin(), texts.end(), std::back_inserter(quoted), in_quotes);
        raw(key, "[" + join(quoted) + "]");
    }
    void secret(std::string_view key, const std::string& value) {
        text(key, value.empty() || secrets_ == Secrets::plain ? value : "***");
    }
    /// As many `***` as there are secrets.
    void secrets(std::string_view key, const std::vector<std::string>& values) {
        list(key,
             secrets_ == Secrets::plain ? values : std::vector<std::string>(values.size(), "***"));
    }
    void option(const OptionSpec& spec, const Options& options);
    [[nodiscard]] std::string take() { return std::move(out_); }
    /// By their whole names.
    [[nodiscard]] std::map<std::string, std::string> take_values() { return std::move(values_); }

private:
    static std::string in_quotes(std::string_view text);

    const Secrets secrets_;
    std::string table_;
    std::string out_;
    std::map<std::string, std::string> values_;
};

std::string Writer::in_quotes(std::string_view text) {
    std::string out = "\"";
    for (std::size_t at = 0; at < text.size();) {
        // Values were checked when they were read; the replacement is for programs that set them.
        const auto step = utf8_step(text, at).value_or(Utf8Step{1, U'\uFFFD'});
        const std::string_view character = text.substr(at, step.length);
        if (character == "\"" || character == "\\") {
            out.append("\\").append(character);
        } else if (is_dangerous(step.code_point) || step.code_point == U'\uFFFD') {
            std::array<char, 8> escape{};
            std::snprintf(escape.data(), escape.size(), "\\u%04x",
                          static_cast<unsigned>(step.code_point));
            out += escape.data();
        } else {
            out += character;
        }
        at += step.length;
    }
    // This is the value itself and must not be taken for the environment's when it is read again.
    for (std::size_t at = out.find("${"); at != std::string::npos; at = out.find("${", at + 3)) {
        out.insert(at, 1, '$');
    }
    return out + '"';
}

void Writer::option(const OptionSpec& spec, const Options& options) {
    switch (spec.type) {
        case OptionType::boolean:
            return boolean(spec.name, options.boolean(spec.name));
        case OptionType::integer:
            return number(spec.name, static_cast<std::size_t>(options.integer(spec.name)));
        case OptionType::text:
            return text(spec.name, options.text(spec.name));
        case OptionType::text_list:
            return list(spec.name, options.list(spec.name));
        case OptionType::duration:
            return duration(spec.name, options.duration(spec.name));
        case OptionType::size:
            return size(spec.name, static_cast<std::size_t>(options.integer(spec.name)));
        case OptionType::secret:
            return secret(spec.name, options.text(spec.name));
        case OptionType::secret_list:
            return secrets(spec.name, options.list(spec.name));
    }
}

std::vector<std::string> texts(const std::vector<Cidr>& networks) {
    std::vector<std::string> all;
    all.reserve(networks.size());
    for (const Cidr& network : networks) {
        all.push_back(network.to_string());
    }
    return all;
}

std::string octal(unsigned mode) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "%04o", mode);
    return text.data();
}

std::string_view level_text(log::Level level) {
    constexpr std::array<std::string_view, 4> names{"debug", "info", "warn", "error"};
    return names.at(static_cast<std::size_t>(level));
}

std::string_view access_text(log::AccessMode mode) {
    constexpr std::array<std::string_view, 3> names{"off", "sampled", "full"};
    return names.at(static_cast<std::size_t>(mode));
}

void describe_http(Writer& out, const Settings& settings) {
    const HttpLimits& limits = settings.http_limits;
    out.table("http");
    out.list("listen", settings.http.addresses);
    out.text("path", settings.http.path);
    out.text("unix_mode", octal(settings.http.unix_mode));
    out.boolean("proxy_protocol", settings.http.proxy_protocol);
    out.number("threads", settings.http.threads);
    out.size("head_max", limits.head_bytes_max);
    out.size("body_max", limits.body_bytes_max);
    out.number("connections_max", limits.connections_max);
    out.duration("head_timeout", limits.head_timeout);
    out.duration("body_timeout", limits.body_timeout);
    out.duration("idle_timeout", limits.idle_timeout);
}

void describe_journal(Writer& out, const JournalLimits& limits) {
    out.table("journal");
    out.number("queue_max", limits.queue_requests_max);
    out.size("recent_max", limits.recent_bytes_max);
    out.number("duplicate_events", limits.duplicate_events_max);
    out.duration("duplicate_age", limits.duplicate_age_max);
    out.duration("retention_age", limits.retention_age_max);
    out.size("retention_size", limits.retention_bytes_max);
}

void describe_admin(Writer& out, const Admin& admin) {
    out.table("admin");
    out.list("listen", admin.addresses);
    out.secrets("tokens", admin.tokens);
    out.size("disk_free_min", admin.watch.disk_free_bytes_min);
    out.duration("webhook_silence", admin.watch.silence_max);
}

void describe_inspector(Writer& out, const Inspector& inspector) {
    out.table("inspector");
    out.boolean("enabled", inspector.enabled);
    out.boolean("redact", inspector.redact);
}

void describe_sink(Writer& out, const SinkConfig& sink, std::span<const KindOptions> kinds) {
    out.table("sinks." + sink.name);
    out.text("kind", sink.kind);
    out.boolean("enabled", sink.enabled);
    out.list("types", sink.types);
    out.text("format", sink.format);
    out.text("duplicates", sink.keep_duplicates ? "keep" : "drop");
    out.text("from", sink.from_now ? "now" : "beginning");
    out.number("batch_max", sink.limits.batch_events_max);
    out.duration("retry_min", sink.limits.backoff_min);
    out.duration("retry_max", sink.limits.backoff_max);
    out.list("redact", sink.redact);
    if (!sink.redact_key.empty()) {
        out.secret("redact_key", sink.redact_key);
    }
    for (const KindOptions& kind : kinds) {
        if (kind.kind == sink.kind) {
            for (const OptionSpec& spec : kind.options) {
                out.option(spec, sink.options);
            }
        }
    }
}

void describe(Writer& out, const Settings& settings, std::span<const KindOptions> kinds) {
    out.text("state_dir", settings.state_dir.string());
    out.duration("shutdown_timeout", settings.shutdown_timeout);
    describe_http(out, settings);
    out.table("auth");
    out.boolean("required", settings.auth.required);
    out.secrets("secrets", settings.auth.secrets);
    out.list("allow", texts(settings.auth.allow));
    out.list("trusted_proxies", texts(settings.auth.trusted_proxies));
    describe_journal(out, settings.journal);
    describe_admin(out, settings.admin);
    describe_inspector(out, settings.inspector);
    out.table("log");
    out.text("level", level_text(settings.log.level));
    out.text("format", settings.log.json ? "json" : "text");
    out.text("path", settings.log.path);
    out.text("access", access_text(settings.log.access));
    out.number("access_every", settings.log.access_every);
    out.table("sinks");
    for (const SinkConfig& sink : settings.sinks) {
        describe_sink(out, sink, kinds);
    }
}

}  // namespace

std::string describe(const Settings& settings, std::span<const KindOptions> kinds) {
    Writer out(Secrets::hidden);
    describe(out, settings, kinds);
    return out.take();
}

std::map<std::string, std::string> values(const Settings& settings,
                                          std::span<const KindOptions> kinds) {
    Writer out(Secrets::plain);
    describe(out, settings, kinds);
    return out.take_values();
}

}  // namespace verohook::config
