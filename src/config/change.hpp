#pragma once

#include "config/config.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What a configuration that is read while the program runs changes.
namespace verohook::config {

/// Every key by its whole name, and its value as TOML, secrets as they are.
[[nodiscard]] std::map<std::string, std::string> values(const Settings& settings,
                                                        std::span<const KindOptions> kinds);

/// Whether a new value of this key waits for a restart: what the program is built around.
[[nodiscard]] bool needs_restart(std::string_view key);

/// What differs between two configurations; names, never values.
struct Change {
    std::vector<std::string> keys;          ///< To take effect now; not those of new or gone sinks.
    std::vector<std::string> restart_keys;  ///< To take effect at a restart.
    std::vector<std::string> added_sinks;   ///< Those that are enabled count, here and below.
    std::vector<std::string> changed_sinks;
    std::vector<std::string> removed_sinks;
};
[[nodiscard]] Change difference(const Settings& before, const Settings& after,
                                std::span<const KindOptions> kinds);

/// What is in effect while a program that runs with `running` goes over to `wanted`. Error:
/// `invalid_input` where the two together would let in everybody: where the addresses of the one
/// are not safe with the secrets of the other. `file` is for the error.
[[nodiscard]] Result<Settings> merge(const Settings& running, Settings wanted,
                                     const std::filesystem::path& file);

}  // namespace verohook::config
