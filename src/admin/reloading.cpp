#include "admin/reloading.hpp"

#include "admin/json_support.hpp"
#include "base/text.hpp"

namespace verohook::admin {

namespace {

/// A list of the report, in JSON and in words.
struct List {
    const char* name;
    const char* words;
    std::vector<std::string> ReloadReport::*names;
};

constexpr List lists[] = {
    {"keys", "in effect: ", &ReloadReport::keys},
    {"added_sinks", "sinks added: ", &ReloadReport::added_sinks},
    {"changed_sinks", "sinks begun anew: ", &ReloadReport::changed_sinks},
    {"removed_sinks", "sinks removed: ", &ReloadReport::removed_sinks},
    {"needs_restart", "needs a restart, and is as it was: ", &ReloadReport::needs_restart},
};

}  // namespace

std::string to_json(const ReloadReport& report) {
    Json json = Json::object();
    for (const List& list : lists) {
        json[list.name] = report.*list.names;
    }
    return dump(json);
}

Result<ReloadReport> parse_reload_report(std::string_view body) {
    const Json json = parse_object(body);
    ReloadReport report;
    for (const List& list : lists) {
        const auto found = json.find(list.name);
        if (found == json.end() || !found->is_array()) {
            return Error{ErrorCode::unavailable, "the daemon's answer is not of this version"};
        }
        for (const Json& name : *found) {
            (report.*list.names).push_back(name.is_string() ? name.get<std::string>() : "");
        }
    }
    return report;
}

std::vector<std::string> to_lines(const ReloadReport& report) {
    std::vector<std::string> lines;
    for (const List& list : lists) {
        if (const std::vector<std::string>& names = report.*list.names; !names.empty()) {
            lines.push_back(list.words + join(names));
        }
    }
    if (lines.empty()) {
        lines.emplace_back("nothing has changed");
    }
    return lines;
}

}  // namespace verohook::admin
