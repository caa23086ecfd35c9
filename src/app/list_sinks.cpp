#include "app/commands.hpp"
#include "app/exit_status.hpp"
#include "sinks/table.hpp"

#include <cstdio>
#include <string>

namespace verohook::app {

namespace {

std::string_view type_text(OptionType type) {
    switch (type) {
        case OptionType::boolean:
            return "boolean";
        case OptionType::integer:
            return "integer";
        case OptionType::text:
            return "text";
        case OptionType::text_list:
            return "list of texts";
        case OptionType::duration:
            return "duration";
        case OptionType::size:
            return "size";
        case OptionType::secret:
            return "secret";
        case OptionType::secret_list:
            return "list of secrets";
    }
    return "";
}

}  // namespace

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
    std::fputs(out.c_str(), stdout);
    return exit_success;
}

}  // namespace verohook::app
