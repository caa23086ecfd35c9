#include "sinks/http_settings.hpp"

#include "base/text.hpp"
#include "sinks/webhook_signature.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace verohook::sinks {

namespace {

using Header = std::pair<std::string, std::string>;

/// `Name: value`; nothing for what cannot be sent as a header.
std::optional<Header> parse_header(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    Header header(text.substr(0, colon), trim(text.substr(colon + 1)));
    return http::is_header(header.first, header.second) ? std::optional(header) : std::nullopt;
}

/// Headers that say what the body is, how long it is, and who signed it.
bool is_own_header(std::string_view name) {
    constexpr std::array<std::string_view, 7> names{
        "connection", "content-encoding", "content-length", "content-type", "host",
        "te",         "transfer-encoding"};
    const auto begins_with = [&](std::string_view prefix) {
        return equals_ignoring_case(name.substr(0, prefix.size()), prefix);
    };
    return begins_with("webhook-") || begins_with("ce-") ||
           std::any_of(names.begin(), names.end(),
                       [&](std::string_view each) { return equals_ignoring_case(name, each); });
}

std::string text_or_empty(const Options& options, std::string_view name) {
    return options.has(name) ? options.text(name) : std::string();
}

/// `secret 2` or, where there is only one, `the secret`: what it says is not repeated.
std::string entry_name(std::string_view what, std::size_t index, std::size_t count) {
    return count == 1 ? "the " + std::string(what)
                      : std::string(what) + " " + std::to_string(index + 1);
}

void check_headers(const Options& options, std::vector<OptionComplaint>& complaints) {
    const auto& headers = options.list("headers");
    std::vector<std::string> names;
    for (std::size_t index = 0; index < headers.size(); ++index) {
        const std::string entry = entry_name("header", index, headers.size());
        const auto header = parse_header(headers[index]);
        if (!header) {
            complaints.push_back({"headers", entry + " must be written as \"Name: value\""});
            continue;
        }
        if (is_own_header(header->first)) {
            complaints.push_back(
                {"headers", entry + " is '" + header->first + "', which the sink sets itself"});
        }
        if (std::any_of(names.begin(), names.end(), [&](const std::string& name) {
                return equals_ignoring_case(name, header->first);
            })) {
            complaints.push_back({"headers", "'" + header->first + "' stands there twice"});
        }
        names.push_back(header->first);
    }
}

void check_tls_files(const Options& options, std::vector<OptionComplaint>& complaints) {
    for (const std::string_view key : {"ca_file", "cert_file", "key_file"}) {
        const std::string file = text_or_empty(options, key);
        if (!file.empty() && !file.starts_with('/')) {
            complaints.push_back({key, "must be an absolute path"});
        }
    }
    const bool has_certificate = !text_or_empty(options, "cert_file").empty();
    const bool has_key = !text_or_empty(options, "key_file").empty();
    if (has_certificate != has_key) {
        complaints.push_back({has_key ? "key_file" : "cert_file",
                              std::string("needs ") + (has_key ? "cert_file" : "key_file")});
    }
    if (!options.boolean("verify_tls") && !text_or_empty(options, "ca_file").empty()) {
        complaints.push_back({"ca_file", "has no use with verify_tls = false"});
    }
}

HttpMode parse_mode(std::string_view text) {
    if (text == "array") {
        return HttpMode::array;
    }
    return text == "ndjson" ? HttpMode::ndjson : HttpMode::single;
}

http::ClientSettings client_settings(const Options& options) {
    http::ClientSettings client;
    client.timeout = options.duration("timeout");
    client.connect_timeout = options.duration("connect_timeout");
    client.verify_tls = options.boolean("verify_tls");
    client.ca_file = text_or_empty(options, "ca_file");
    client.certificate_file = text_or_empty(options, "cert_file");
    client.key_file = text_or_empty(options, "key_file");
    // Of a body nothing is wanted but a few words that say why.
    constexpr std::size_t response_bytes_max = 64UL * 1024;
    client.response_bytes_max = response_bytes_max;
    client.status_suffices = true;
    return client;
}

Error wrong(const std::string& sentence) {
    return {ErrorCode::invalid_input, sentence};
}

}  // namespace

std::vector<OptionComplaint> check_http_options(const Options& options) {
    std::vector<OptionComplaint> complaints;
    if (const auto target = http::target_of(options.text("url")); !target) {
        complaints.push_back({"url", target.error().message});
    }
    const auto& secrets = options.list("secrets");
    for (std::size_t index = 0; index < secrets.size(); ++index) {
        if (!parse_webhook_secret(secrets[index])) {
            complaints.push_back({"secrets", entry_name("secret", index, secrets.size()) +
                                                 " must be whsec_ and 24 to 64 bytes in Base64 "
                                                 "(echo whsec_$(openssl rand -base64 32))"});
        }
    }
    check_headers(options, complaints);
    check_tls_files(options, complaints);
    if (options.text("cloudevents") == "binary" && options.text("mode") != "single") {
        complaints.push_back({"cloudevents",
                              "cannot be \"binary\" unless mode is \"single\": a request has one "
                              "set of headers"});
    }
    if (options.text("cloudevents") == "binary" && options.has("format") &&
        options.text("format") != "cloudevents") {
        complaints.push_back(
            {"cloudevents", "cannot be \"binary\" unless format is \"cloudevents\""});
    }
    return complaints;
}

Result<HttpSettings> http_settings(const sink::SinkContext& context) {
    const Options& options = context.options;
    if (const auto complaints = check_http_options(options); !complaints.empty()) {
        return wrong(std::string(complaints.front().key) + ": " + complaints.front().sentence);
    }
    HttpSettings settings;
    settings.url = options.text("url");
    settings.target = *http::target_of(settings.url);
    settings.client = client_settings(options);
    settings.mode = parse_mode(options.text("mode"));
    settings.format = context.format;
    settings.binary = options.text("cloudevents") == "binary";
    if (settings.mode != HttpMode::single) {
        settings.events_max = static_cast<std::size_t>(options.integer("events_max"));
    }
    settings.bytes_max = static_cast<std::size_t>(options.integer("bytes_max"));
    for (const std::string& secret : options.list("secrets")) {
        settings.keys.push_back(*parse_webhook_secret(secret));
    }
    for (const std::string& header : options.list("headers")) {
        settings.headers.push_back(*parse_header(header));
    }
    settings.concurrency = static_cast<std::size_t>(options.integer("concurrency"));
    return settings;
}

}  // namespace verohook::sinks
