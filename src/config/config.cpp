#include "config/config.hpp"

#include "base/text.hpp"
#include "config/listen.hpp"
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
        const std::array<std::string_view, 6> tables{"http",  "auth", "journal",
                                                     "admin", "log",  "sinks"};
        top.refuse_unknown(tables);
        settings_.state_dir = options.text("state_dir");
        settings_.shutdown_timeout = options.duration("shutdown_timeout");
        if (settings_.state_dir.empty()) {
            complaints_.add(top.line("state_dir"), "state_dir", "must name a folder");
        }
        read_http();
        read_auth();
        read_journal();
        read_admin_and_log();
        read_sinks();
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

    /// Every address must be one, and stand there once over all ports.
    void check_addresses(const TableReader& reader, const std::vector<std::string>& addresses) {
        for (std::size_t entry = 0; entry < addresses.size(); ++entry) {
            const std::string key = reader.full_name("listen");
            const std::size_t line = reader.line("listen", entry);
            const auto canonical = canonical_address(addresses[entry]);
            if (!canonical) {
                complaints_.add(line, key, canonical.error().message);
                continue;
            }
            const auto [found, is_new] = listening_.try_emplace(*canonical, key);
            if (!is_new && !has_any_port(*canonical)) {
                complaints_.add(line, key,
                                "'" + printable(addresses[entry], 128) + "' already stands in " +
                                    found->second + "; give each address once");
            }
        }
    }

    void read_http() {
        Options options;
        const TableReader reader = read_section("http", options);
        settings_.http.addresses = options.list("listen");
        if (settings_.http.addresses.empty()) {
            complaints_.add(reader.line("listen"), "http.listen",
                            "must have at least one address, such as \"127.0.0.1:8080\"");
        }
        check_addresses(reader, settings_.http.addresses);
        settings_.http.path = options.text("path");
        const std::string_view path = settings_.http.path;
        if (path.size() < 2 || path.front() != '/' || path.back() == '/' ||
            path.find_first_of("?#% \t") != std::string_view::npos) {
            complaints_.add(reader.line("path"), "http.path",
                            "must begin with '/', not end with one, and have no '?', '#', '%' or "
                            "blank, such as \"/webhooks/vero\"");
        }
        const std::string& mode = options.text("unix_mode");
        const auto [end, error] =
            std::from_chars(mode.data(), mode.data() + mode.size(), settings_.http.unix_mode, 8);
        if (error != std::errc{} || end != mode.data() + mode.size() ||
            settings_.http.unix_mode > 0777) {
            complaints_.add(reader.line("unix_mode"), "http.unix_mode",
                            "must be permissions in octal, such as \"0660\"");
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
        for (std::size_t entry = 0; entry < settings_.auth.secrets.size(); ++entry) {
            const std::string& secret = settings_.auth.secrets[entry];
            const bool fits = std::all_of(secret.begin(), secret.end(), [](char character) {
                return std::isalnum(static_cast<unsigned char>(character)) != 0 ||
                       std::string_view("._~-").find(character) != std::string_view::npos;
            });
            if (secret.size() < 8 || !fits) {
                complaints_.add(reader.line("secrets", entry), "auth.secrets",
                                "the " + reader.entry_name("secrets", entry) +
                                    (fits ? " has fewer than 8 characters"
                                          : " has others than A-Z, a-z, 0-9 and . _ ~ -, which a "
                                            "URL needs") +
                                    "; `openssl rand -hex 24` makes one");
            }
        }
        settings_.auth.allow = networks(reader, options, "allow");
        settings_.auth.trusted_proxies = networks(reader, options, "trusted_proxies");
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

    void read_admin_and_log() {
        Options admin;
        const TableReader reader = read_section("admin", admin);
        settings_.admin_listen = admin.list("listen");
        check_addresses(reader, settings_.admin_listen);
        Options log;
        read_section("log", log);
        const std::string& level = log.text("level");
        settings_.log.level = level == "debug"   ? log::Level::debug
                              : level == "warn"  ? log::Level::warn
                              : level == "error" ? log::Level::error
                                                 : log::Level::info;
        settings_.log.json = log.text("format") == "json";
    }

    void read_sinks() {
        const toml::table* sinks = table("sinks");
        if (sinks == nullptr) {
            // Without a word about sinks, events go to standard output.
            const toml::table standard = toml::parse("kind = \"stdout\"\n");
            return read_sink("stdout", standard);
        }
        for (const auto& [key, node] : *sinks) {
            const std::string name(key.str());
            const bool fits = !name.empty() && name.size() <= 64 &&
                              name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") ==
                                  std::string::npos;
            if (!fits) {
                complaints_.add(line_of(node), "sinks." + name,
                                "a sink's name is 1 to 64 of a-z, 0-9, '_' and '-'");
            } else if (const auto* sink = node.as_table()) {
                read_sink(name, *sink);
            } else {
                complaints_.add(line_of(node), "sinks." + name,
                                "must be a table: [sinks." + name + "]");
            }
        }
    }

    void read_sink(const std::string& name, const toml::table& table) {
        TableReader reader(&table, "sinks." + name, complaints_);
        Options common;
        reader.read(sink_keys(), common);
        SinkConfig sink;
        sink.name = name;
        sink.kind = common.text("kind");
        sink.enabled = common.boolean("enabled");
        sink.types = common.list("types");
        sink.format = common.text("format");
        sink.keep_duplicates = common.text("duplicates") == "keep";
        sink.from_now = common.text("from") == "now";
        sink.limits.batch_events_max = count(common, "batch_max");
        sink.limits.backoff_min = common.duration("retry_min");
        sink.limits.backoff_max = common.duration("retry_max");
        if (sink.limits.backoff_max < sink.limits.backoff_min) {
            complaints_.add(reader.line("retry_max"), reader.full_name("retry_max"),
                            "must not be less than retry_min");
        }
        const auto kind = std::find_if(kinds_.begin(), kinds_.end(), [&](const KindOptions& each) {
            return each.kind == sink.kind;
        });
        if (kind == kinds_.end()) {
            complain_of_kind(reader, sink.kind);
            return;  // Without the kind nobody knows which keys are right.
        }
        reader.read(kind->options, sink.options);
        reader.refuse_unknown();
        settings_.sinks.push_back(std::move(sink));
    }

    void complain_of_kind(const TableReader& reader, std::string_view given) {
        if (given.empty()) {
            return;  // Told as missing, or of the wrong type.
        }
        std::vector<std::string_view> names;
        std::string list;
        for (const KindOptions& kind : kinds_) {
            names.push_back(kind.kind);
            list.append(list.empty() ? "" : ", ").append(kind.kind);
        }
        const auto meant = nearest(given, names);
        complaints_.add(
            reader.line("kind"), reader.full_name("kind"),
            "there is no kind of sink '" + printable(given, 64) + "'; " +
                (meant ? "did you mean \"" + std::string(*meant) + "\"?" : "there are " + list));
    }

    const toml::table& root_;
    std::span<const KindOptions> kinds_;
    Complaints& complaints_;
    std::map<std::string, std::string> listening_;  ///< Canonical address, and the key that has it.
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

Result<Settings> load(const std::filesystem::path& file, std::span<const KindOptions> kinds) {
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
    return parse(content.str(), file, kinds);
}

}  // namespace verohook::config
