#include "app/commands.hpp"
#include "app/exit_status.hpp"
#include "config/config.hpp"
#include "sinks/table.hpp"

#include <verohook/event/codec.hpp>

#include <cstdio>
#include <span>
#include <string>

namespace verohook::app {

namespace {

void append_text(std::string& out, std::span<const OptionSpec> options) {
    for (const OptionSpec& option : options) {
        out.append("    ").append(option.name).append(" (").append(type_text(option.type));
        if (option.required) {
            out += ", required";
        } else if (!option.fallback.empty()) {
            out.append(", default ").append(option.fallback);
        }
        out.append(")\n        ").append(option.help) += '\n';
        if (!option.choices.empty()) {
            out += "        one of:";
            for (const std::string_view choice : option.choices) {
                out.append(" ").append(choice);
            }
            out += '\n';
        }
    }
}

std::string text() {
    std::string out = "every sink has:\n";
    append_text(out, config::sink_keys());
    for (const sink::SinkKind* kind : sinks::all_kinds()) {
        out.append("\n").append(kind->name).append(": ").append(kind->summary) += '\n';
        append_text(out, kind->options);
    }
    for (const sinks::MissingKind& missing : sinks::missing_kinds()) {
        out.append("\n").append(missing.name).append(": left out of this build, for want of ");
        out.append(missing.package) += '\n';
    }
    return out;
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
    out.append(",\"").append(name).append("\":");
    event::append_json_string(out, text);
}

void append_json(std::string& out, std::span<const OptionSpec> options) {
    out += R"("options":[)";
    bool first = true;
    for (const OptionSpec& option : options) {
        out += first ? R"({"name":)" : R"(,{"name":)";
        first = false;
        event::append_json_string(out, option.name);
        append_member(out, "type", type_text(option.type));
        out += option.required ? R"(,"required":true)" : R"(,"required":false)";
        // As it is written in TOML; null: there is none.
        if (option.fallback.empty()) {
            out += R"(,"default":null)";
        } else {
            append_member(out, "default", option.fallback);
        }
        out += R"(,"choices":[)";
        for (const std::string_view choice : option.choices) {
            out += out.ends_with('[') ? "" : ",";
            event::append_json_string(out, choice);
        }
        out += ']';
        append_member(out, "help", option.help);
        out += '}';
    }
    out += ']';
}

std::string json() {
    std::string out = R"({"common":{)";
    append_json(out, config::sink_keys());
    out += R"(},"kinds":[)";
    for (const sink::SinkKind* kind : sinks::all_kinds()) {
        out += out.ends_with('[') ? R"({"name":)" : R"(,{"name":)";
        event::append_json_string(out, kind->name);
        append_member(out, "summary", kind->summary);
        out += ',';
        append_json(out, kind->options);
        out += '}';
    }
    out += R"(],"missing":[)";
    for (const sinks::MissingKind& missing : sinks::missing_kinds()) {
        out += out.ends_with('[') ? R"({"name":)" : R"(,{"name":)";
        event::append_json_string(out, missing.name);
        append_member(out, "package", missing.package);
        out += '}';
    }
    return out + "]}\n";
}

}  // namespace

int list_sinks(bool as_json) {
    std::fputs((as_json ? json() : text()).c_str(), stdout);
    return exit_success;
}

}  // namespace verohook::app
