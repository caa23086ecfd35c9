#include "config/change.hpp"

#include "base/listen_address.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace verohook::config {

namespace {

constexpr std::array<std::string_view, 9> restart_keys{
    "state_dir",    "http.listen", "http.unix_mode",           "http.threads",
    "admin.listen", "log.format",  "journal.duplicate_events", "journal.duplicate_age",
    "log.path"};

std::map<std::string, SinkConfig> enabled_sinks(const Settings& settings) {
    std::map<std::string, SinkConfig> sinks;
    for (const SinkConfig& sink : settings.sinks) {
        if (sink.enabled) {
            sinks.emplace(sink.name, sink);
        }
    }
    return sinks;
}

/// The sink that a key belongs to; empty: none.
std::string sink_of(std::string_view key) {
    constexpr std::string_view prefix = "sinks.";
    if (!key.starts_with(prefix)) {
        return {};
    }
    key.remove_prefix(prefix.size());
    return std::string(key.substr(0, key.find('.')));
}

std::vector<std::string> differing_keys(const std::map<std::string, std::string>& before,
                                        const std::map<std::string, std::string>& after) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : after) {
        const auto found = before.find(key);
        if (found == before.end() || found->second != value) {
            keys.push_back(key);
        }
    }
    for (const auto& [key, ignored] : before) {
        if (!after.contains(key)) {
            keys.push_back(key);
        }
    }
    std::sort(keys.begin(), keys.end());
    return keys;
}

/// The first of the addresses that others can reach; empty: none.
std::string reachable_one(const std::vector<std::string>& addresses) {
    const auto found = std::find_if(addresses.begin(), addresses.end(), [](const auto& text) {
        const auto address = parse_listen_address(text);
        return address && !address->is_local_only();
    });
    return found == addresses.end() ? std::string() : *found;
}

Error refuse(const std::filesystem::path& file, std::string_view key, const std::string& address) {
    return {ErrorCode::invalid_input,
            printable(file.string()) + ": " + std::string(key) + ": the program listens at " +
                printable(address) +
                ", which others can reach, until it is restarted, and must not be without one "
                "there; restart it instead"};
}

}  // namespace

bool needs_restart(std::string_view key) {
    return std::find(restart_keys.begin(), restart_keys.end(), key) != restart_keys.end();
}

Change difference(const Settings& before, const Settings& after,
                  std::span<const KindOptions> kinds) {
    Change change;
    const auto sinks_before = enabled_sinks(before);
    const auto sinks_after = enabled_sinks(after);
    for (const auto& [name, ignored] : sinks_after) {
        if (!sinks_before.contains(name)) {
            change.added_sinks.push_back(name);
        }
    }
    for (const auto& [name, ignored] : sinks_before) {
        if (!sinks_after.contains(name)) {
            change.removed_sinks.push_back(name);
        }
    }
    for (std::string& key : differing_keys(values(before, kinds), values(after, kinds))) {
        if (needs_restart(key)) {
            change.restart_keys.push_back(std::move(key));
            continue;
        }
        const std::string sink = sink_of(key);
        if (!sink.empty() && (!sinks_before.contains(sink) || !sinks_after.contains(sink))) {
            continue;  // It is new or gone as a whole, or off before and after.
        }
        if (!sink.empty() &&
            (change.changed_sinks.empty() || change.changed_sinks.back() != sink)) {
            change.changed_sinks.push_back(sink);
        }
        change.keys.push_back(std::move(key));
    }
    return change;
}

Result<Settings> merge(const Settings& running, Settings wanted,
                       const std::filesystem::path& file) {
    wanted.state_dir = running.state_dir;
    wanted.http.addresses = running.http.addresses;
    wanted.http.unix_mode = running.http.unix_mode;
    wanted.http.threads = running.http.threads;
    wanted.admin.addresses = running.admin.addresses;
    wanted.log.json = running.log.json;
    wanted.log.path = running.log.path;
    wanted.journal.duplicate_events_max = running.journal.duplicate_events_max;
    wanted.journal.duplicate_age_max = running.journal.duplicate_age_max;
    const std::string webhook = reachable_one(wanted.http.addresses);
    if (!webhook.empty() && wanted.auth.required && wanted.auth.secrets.empty()) {
        return refuse(file, "auth.secrets", webhook);
    }
    const std::string admin = reachable_one(wanted.admin.addresses);
    if (!admin.empty() && wanted.admin.tokens.empty()) {
        return refuse(file, "admin.tokens", admin);
    }
    return wanted;
}

}  // namespace verohook::config
