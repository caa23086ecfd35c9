#pragma once

#include "base/address.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"

#include <verohook/base/option.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// TOML to typed settings. Every error names file, line, key and, for an unknown key, the nearest
/// known one.
namespace verohook::config {

struct Listen {
    std::vector<std::string> addresses;
    unsigned unix_mode = 0660;
    unsigned threads = 0;
    bool proxy_protocol = false;  ///< Every connection begins with a PROXY header.
    std::string path;             ///< `/webhooks/vero`
};

struct Auth {
    bool required = true;
    std::vector<std::string> secrets;
    std::vector<Cidr> allow;            ///< Empty: everybody.
    std::vector<Cidr> trusted_proxies;  ///< Whose X-Forwarded-For is believed.
};

struct Admin {
    std::vector<std::string> addresses;
    std::vector<std::string> tokens;  ///< Empty: whoever reaches the port may look.
    WatchLimits watch;
};

/// The page at the admin port.
struct Inspector {
    bool enabled = true;
    bool redact = false;  ///< E-mail addresses are hidden.
};

struct Log {
    log::Level level = log::Level::info;
    bool json = false;
    std::string path;  ///< Empty: standard error.
    log::AccessMode access = log::AccessMode::off;
    std::uint64_t access_every = 100;  ///< `sampled`: one request of so many.
};

struct SinkConfig {
    std::string name;  ///< The table's name: `[sinks.NAME]`.
    std::string kind;
    bool enabled = true;
    std::vector<std::string> types;
    std::string format;
    bool keep_duplicates = false;
    bool from_now = false;
    DeliveryLimits limits;
    std::vector<std::string> redact;  ///< As written; each is a rule of `parse_redaction_rule`.
    std::string redact_key;
    Options options;  ///< Of the kind.
};

struct Settings {
    std::filesystem::path state_dir;
    std::chrono::milliseconds shutdown_timeout{};
    Listen http;
    HttpLimits http_limits;
    Auth auth;
    JournalLimits journal;
    Admin admin;
    Inspector inspector;
    Log log;
    std::vector<SinkConfig> sinks;
    std::vector<std::filesystem::path> secret_files;  ///< Those that secrets were read from.
};

/// A kind of sink as configuration sees it.
struct KindOptions {
    std::string_view kind = {};
    std::string_view summary = {};
    std::span<const OptionSpec> options = {};
    OptionCheck check = nullptr;            ///< Null: the options say all.
    std::string_view missing_package = {};  ///< Debian's; not empty: this build lacks the kind.
};

/// One table of keys, `[name]`.
struct Section {
    std::string_view name;  ///< Empty: the top level.
    std::string_view help;
    std::vector<OptionSpec> keys;
};
/// Every table but the sinks', in the order of the documentation.
[[nodiscard]] const std::vector<Section>& sections();
/// The keys that every sink has.
[[nodiscard]] const std::vector<OptionSpec>& sink_keys();

/// Reads text; `name` stands for the file in errors, and `<key>_file` is relative to its
/// folder. All errors at once, one a line.
[[nodiscard]] Result<Settings> parse(std::string_view toml, const std::filesystem::path& name,
                                     std::span<const KindOptions> kinds);
[[nodiscard]] Result<Settings> load(const std::filesystem::path& file,
                                    std::span<const KindOptions> kinds);
/// The state folder that a file names, whatever else is wrong with it. For those who look for the
/// program that runs with it. `file` may be empty: the defaults that are built in.
[[nodiscard]] Result<std::filesystem::path> find_state_dir(const std::filesystem::path& file);
/// The defaults that are built in: `config/verohook.toml`'s own text.
[[nodiscard]] std::string_view default_toml();

/// The effective settings as TOML, secrets as `"***"`.
[[nodiscard]] std::string describe(const Settings& settings, std::span<const KindOptions> kinds);

/// Every secret in the settings, whatever it is for, and those parts of them that are one by
/// themselves, such as the password of a URL.
[[nodiscard]] std::vector<std::string> secrets_of(const Settings& settings,
                                                  std::span<const KindOptions> kinds);

/// docs/configuration.md's tables, made from the same keys.
[[nodiscard]] std::string reference(std::span<const KindOptions> kinds);

}  // namespace verohook::config
