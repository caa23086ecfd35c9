#include "config/config.hpp"

#include "base/listen_address.hpp"
#include "base/text.hpp"
#include "config/read_sinks.hpp"
#include "config/syntax.hpp"
#include "config/table_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <map>
#include <sstream>
#include <system_error>

#include <cctype>
#include <cerrno>
#include <cstring>

namespace verohook::config {

namespace {

/// What a request's path may be compared with as it stands.
bool is_path_character(char character) {
    return character > ' ' && character < 0x7F && character != '?' && character != '#' &&
           character != '%';
}

const Section& section(std::string_view name) {
    const auto& all = sections();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const Section& each) { return each.name == name; });
    VEROHOOK_CHECK(found != all.end());
    return *found;
}

std::size_t count(const Options& options, std::string_view name) {
    return static_cast<std::size_t>(options.integer(name));
}

/// Reads one file's tables into `Settings`; every error goes to the complaints.
class Reader {
public:
    Reader(const toml::table& root, std::span<const KindOptions> kinds, Complaints& complaints)
        : root_(root), kinds_(kinds), complaints_(complaints) {}

    Settings read() {
        TableReader top(&root_, "", complaints_);
        Options options;
        top.read(section("").keys, options);
        const std::array<std::string_view, 7> tables{"http",      "auth", "journal", "admin",
                                                     "inspector", "log",  "sinks"};
        top.refuse_unknown(tables);
        settings_.state_dir = options.text("state_dir");
        settings_.shutdown_timeout = options.duration("shutdown_timeout");
        if (settings_.state_dir.empty()) {
            complaints_.add(top.line("state_dir"), "state_dir", "must name a folder");
        }
        read_auth();
        read_http();  // After the secrets, without which others must not reach an address.
        read_journal();
        read_admin();
        read_inspector();
        read_log();
        settings_.sinks = read_sinks(table("sinks"), kinds_, complaints_);
        settings_.secret_files = complaints_.secret_files();
        return std::move(settings_);
    }

private:
    /// The table of that name; null if it is absent (or no table, which is told).
    const toml::table* table(std::string_view name) {
        const toml::node* node = root_.get(name);
        if (node != nullptr && !node->is_table()) {
            complaints_.add(line_of(*node), name, "must be a table: [" + std::string(name) + "]");
        }
        return node == nullptr ? nullptr : node->as_table();
    }

    TableReader read_section(std::string_view name, Options& options) {
        TableReader reader(table(name), std::string(name), complaints_);
        reader.read(section(name).keys, options);
        reader.refuse_unknown();
        return reader;
    }

    /// What the configuration says of one listen address.
    struct Listening {
        std::string key;
        std::size_t line = 0;
    };

    /// Every address must be one, and stand there once over all ports. `refuse_reachable` says why
    /// an address that others can reach is refused; empty: it is not.
    void check_addresses(const TableReader& reader, const std::vector<std::string>& addresses,
                         std::string_view refuse_reachable) {
        const std::string key = reader.full_name("listen");
        for (std::size_t entry = 0; entry < addresses.size(); ++entry) {
            const std::size_t line = reader.line("listen", entry);
            const auto address = parse_listen_address(addresses[entry]);
            if (!address) {
                complaints_.add(line, key, address.error().message);
                continue;
            }
            const std::string shown = "'" + printable(addresses[entry], 128) + "'";
            if (!refuse_reachable.empty() && !address->is_local_only()) {
                complaints_.add(line, key,
                                "others can reach " + shown + ", " + std::string(refuse_reachable));
            }
            const auto [found, is_new] =
                listening_.try_emplace(address->to_string(), Listening{key, line});
            if (is_new || address->has_any_port()) {
                continue;
            }
            const Listening& first = found->second;
            if (reader.has("listen")) {
                complaints_.add(line, key, twice(shown, first.key));
            } else {
                // Nothing is wrong in a table that is not there.
                complaints_.add(first.line, first.key, also_default(shown, key));
            }
        }
    }

    static std::string twice(const std::string& address, const std::string& key) {
        return address + " already stands in " + key + "; give each address once";
    }

    static std::string also_default(const std::string& address, const std::string& key) {
        return address + " is also the default of " + key + ", which wants another address, or []";
    }

    void read_http() {
        Options options;
        const TableReader reader = read_section("http", options);
        settings_.http.addresses = options.list("listen");
        if (settings_.http.addresses.empty()) {
            complaints_.add(reader.line("listen"), "http.listen",
                            "must have at least one address, such as \"127.0.0.1:8080\"");
        }
        check_addresses(
            reader, settings_.http.addresses,
            settings_.auth.required && settings_.auth.secrets.empty()
                ? "and there is no secret: set auth.secrets (or write auth.required = false to "
                  "take events from everybody)"
                : "");
        settings_.http.path = options.text("path");
        const std::string_view path = settings_.http.path;
        if (path.size() < 2 || path.front() != '/' || path.back() == '/' ||
            !std::all_of(path.begin(), path.end(), is_path_character)) {
            complaints_.add(
                reader.line("path"), "http.path",
                "must begin with '/', not end with one, and be of ASCII without '?', '#', '%' "
                "or blank, such as \"/webhooks/vero\"");
        }
        const std::string& mode = options.text("unix_mode");
        const auto [end, error] =
            std::from_chars(mode.data(), mode.data() + mode.size(), settings_.http.unix_mode, 8);
        if (error != std::errc{} || end != mode.data() + mode.size() ||
            settings_.http.unix_mode > 0777) {
            complaints_.add(reader.line("unix_mode"), "http.unix_mode",
                            "must be permissions in octal, such as \"0660\"");
        }
        settings_.http.proxy_protocol = options.boolean("proxy_protocol");
        const bool only_unix =
            std::all_of(settings_.http.addresses.begin(), settings_.http.addresses.end(),
                        [](const std::string& address) { return address.starts_with("unix:"); });
        if (settings_.http.proxy_protocol && settings_.auth.trusted_proxies.empty() && !only_unix) {
            complaints_.add(reader.line("proxy_protocol"), "http.proxy_protocol",
                            "lets nobody connect while auth.trusted_proxies is empty: name the "
                            "proxy's network there");
        }
        settings_.http.threads = static_cast<unsigned>(options.integer("threads"));
        HttpLimits& limits = settings_.http_limits;
        limits.head_bytes_max = count(options, "head_max");
        limits.body_bytes_max = count(options, "body_max");
        limits.connections_max = count(options, "connections_max");
        limits.head_timeout = options.duration("head_timeout");
        limits.body_timeout = options.duration("body_timeout");
        limits.idle_timeout = options.duration("idle_timeout");
    }

    void read_auth() {
        Options options;
        const TableReader reader = read_section("auth", options);
        settings_.auth.required = options.boolean("required");
        settings_.auth.secrets = options.list("secrets");
        check_secrets(reader, "secrets", settings_.auth.secrets);
        settings_.auth.allow = networks(reader, options, "allow");
        settings_.auth.trusted_proxies = networks(reader, options, "trusted_proxies");
    }

    /// Each must be long enough and fit into a URL and a header as it is.
    void check_secrets(const TableReader& reader, std::string_view key,
                       const std::vector<std::string>& secrets) {
        for (std::size_t entry = 0; entry < secrets.size(); ++entry) {
            const std::string& secret = secrets[entry];
            const bool fits = std::all_of(secret.begin(), secret.end(), [](char character) {
                return std::isalnum(static_cast<unsigned char>(character)) != 0 ||
                       std::string_view("._~-").find(character) != std::string_view::npos;
            });
            if (secret.size() < 8 || !fits) {
                complaints_.add(reader.line(key, entry), reader.full_name(key),
                                "the " + reader.entry_name(key, entry) +
                                    (fits ? " has fewer than 8 characters"
                                          : " has others than A-Z, a-z, 0-9 and . _ ~ -, which a "
                                            "URL needs") +
                                    "; `openssl rand -hex 24` makes one");
            }
        }
    }

    std::vector<Cidr> networks(const TableReader& reader, const Options& options,
                               std::string_view key) {
        std::vector<Cidr> networks;
        const std::vector<std::string>& texts = options.list(key);
        for (std::size_t entry = 0; entry < texts.size(); ++entry) {
            const auto network = Cidr::parse(texts[entry]);
            if (network) {
                networks.push_back(*network);
            } else {
                complaints_.add(
                    reader.line(key, entry), reader.full_name(key),
                    printable(network.error().message) + "; write networks such as \"10.0.0.0/8\"");
            }
        }
        return networks;
    }

    void read_journal() {
        Options options;
        read_section("journal", options);
        JournalLimits& limits = settings_.journal;
        limits.queue_requests_max = count(options, "queue_max");
        limits.recent_bytes_max = count(options, "recent_max");
        limits.duplicate_events_max = count(options, "duplicate_events");
        limits.duplicate_age_max = options.duration("duplicate_age");
        limits.retention_age_max = options.duration("retention_age");
        limits.retention_bytes_max = count(options, "retention_size");
    }

    void read_admin() {
        Options admin;
        const TableReader reader = read_section("admin", admin);
        settings_.admin.addresses = admin.list("listen");
        settings_.admin.tokens = admin.list("tokens");
        settings_.admin.watch.disk_free_bytes_min = count(admin, "disk_free_min");
        settings_.admin.watch.silence_max = admin.duration("webhook_silence");
        check_secrets(reader, "tokens", settings_.admin.tokens);
        check_addresses(reader, settings_.admin.addresses,
                        settings_.admin.tokens.empty()
                            ? "and there is no token: set admin.tokens, or use a loopback address "
                              "or \"unix:PATH\""
                            : "");
    }

    void read_inspector() {
        Options options;
        read_section("inspector", options);
        settings_.inspector.enabled = options.boolean("enabled");
        settings_.inspector.redact = options.boolean("redact");
    }

    void read_log() {
        Options options;
        const TableReader reader = read_section("log", options);
        Log& log = settings_.log;
        const std::string& level = options.text("level");
        log.level = level == "debug"   ? log::Level::debug
                    : level == "warn"  ? log::Level::warn
                    : level == "error" ? log::Level::error
                                       : log::Level::info;
        log.json = options.text("format") == "json";
        log.path = options.text("path");
        if (!log.path.empty() && !std::filesystem::path(log.path).is_absolute()) {
            complaints_.add(reader.line("path"), "log.path", "must be an absolute path");
        }
        const std::string& access = options.text("access");
        log.access = access == "full"      ? log::AccessMode::full
                     : access == "sampled" ? log::AccessMode::sampled
                                           : log::AccessMode::off;
        log.access_every = count(options, "access_every");
    }

    const toml::table& root_;
    std::span<const KindOptions> kinds_;
    Complaints& complaints_;
    std::map<std::string, Listening> listening_;  ///< By canonical address.
    Settings settings_;
};

}  // namespace

Result<Settings> parse(std::string_view text, const std::filesystem::path& name,
                       std::span<const KindOptions> kinds) {
    Complaints complaints(name);
    if (const auto problem = check_bounds(text)) {
        complaints.add(problem->line, "", problem->sentence);
        return Error{ErrorCode::invalid_input, complaints.text()};
    }
    try {
        const toml::table root = toml::parse(text, name.string());
        Settings settings = Reader(root, kinds, complaints).read();
        if (complaints.empty()) {
            return settings;
        }
    } catch (const toml::parse_error& error) {
        const SyntaxProblem problem = describe_error(error);
        complaints.add(problem.line, "", problem.sentence);
    }
    return Error{ErrorCode::invalid_input, complaints.text()};
}

namespace {

Result<std::string> read_file(const std::filesystem::path& file) {
    errno = 0;
    std::ifstream stream(file, std::ios::binary);
    std::stringstream content;
    content << stream.rdbuf();
    std::error_code ignored;  // A file that is no folder and could be read needs no more checks.
    if (!stream.is_open() || std::filesystem::is_directory(file, ignored)) {
        const int code = errno == 0 ? EISDIR : errno;
        return Error{ErrorCode::invalid_input, printable(file.string()) + ": cannot be read: " +
                                                   std::generic_category().message(code)};
    }
    return content.str();
}

}  // namespace

Result<Settings> load(const std::filesystem::path& file, std::span<const KindOptions> kinds) {
    const auto content = read_file(file);
    return content ? parse(*content, file, kinds) : content.error();
}

Result<std::filesystem::path> find_state_dir(const std::filesystem::path& file) {
    const Result<std::string> content =
        file.empty() ? Result<std::string>(std::string(default_toml())) : read_file(file);
    if (!content) {
        return content.error();
    }
    Complaints complaints(file);
    if (const auto problem = check_bounds(*content)) {
        complaints.add(problem->line, "", problem->sentence);
        return Error{ErrorCode::invalid_input, complaints.text()};
    }
    try {
        const toml::table root = toml::parse(*content, file.string());
        TableReader top(&root, "", complaints);
        Options options;
        top.read(section("").keys, options);
        if (!complaints.has("state_dir")) {
            return std::filesystem::path(options.text("state_dir"));
        }
    } catch (const toml::parse_error& error) {
        const SyntaxProblem problem = describe_error(error);
        complaints.add(problem.line, "", problem.sentence);
    }
    return Error{ErrorCode::invalid_input, complaints.text()};
}

}  // namespace verohook::config
