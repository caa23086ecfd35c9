#include "app/commands.hpp"
#include "app/exit_status.hpp"
#include "sinks/table.hpp"

#include <cstdio>
#include <string>

namespace verohook::app {

int list_sinks() {
    std::string out;
    for (const sink::SinkKind* kind : sinks::all_kinds()) {
        out.append(kind->name).append(": ").append(kind->summary) += '\n';
        for (const OptionSpec& option : kind->options) {
            out.append("    ").append(option.name).append(" (").append(type_text(option.type));
            if (option.required) {
                out += ", required";
            } else if (!option.fallback.empty()) {
                out.append(", default ").append(option.fallback);
            }
            out.append(")\n        ").append(option.help) += '\n';
        }
    }
    for (const sinks::MissingKind& missing : sinks::missing_kinds()) {
        out.append(missing.name).append(": left out of this build, for want of ");
        out.append(missing.package) += '\n';
    }
    std::fputs(out.c_str(), stdout);
    return exit_success;
}

}  // namespace verohook::app
